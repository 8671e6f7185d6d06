package wechattest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Comment is what somebody wrote below an article, as the account sees it.
type Comment struct {
	ID        int       `json:"user_comment_id"`
	MsgDataID string    `json:"msg_data_id"`
	Index     int       `json:"index"`
	OpenID    string    `json:"openid,omitempty"`
	At        time.Time `json:"create_time"`
	Text      string    `json:"content"`
	Featured  bool      `json:"featured,omitempty"`
	Reply     string    `json:"reply,omitempty"`
	ReplyAt   time.Time `json:"reply_time,omitzero"`
}

// comments is what people wrote below the account's articles.
type comments struct {
	all    []*Comment
	barred bool // the account has no comments
	closed set  // articles on which nobody may comment, as msg_data_id/index
}

// What WeChat allows. Its pages leaving/* (read 2026-10-07) give no length of a reply and
// no number of featured comments; these stand for some limit.
const (
	mostCommentsListed = 49
	mostFeatured       = 100
	mostReply          = 600
)

// Comment has somebody write below an article that was sent or published, named by its
// msg_data_id and its place from 0. It returns the comment's id.
func (s *Server) Comment(msgDataID string, index int, openid, text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	s.comments.all = append(s.comments.all, &Comment{ID: s.serial, MsgDataID: msgDataID, Index: index, OpenID: openid, At: s.clock(), Text: text})
	s.tell()
	return s.serial
}

// NoComments takes the function away from the account: 88000.
func (s *Server) NoComments(yes bool) { s.set(func() { s.comments.barred = yes }) }

// Comments are all comments as they stand, oldest first.
func (s *Server) Comments() []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Comment{}
	for _, c := range s.comments.all {
		all = append(all, *c)
	}
	return all
}

// CommentsClosed reports that nobody may comment on an article.
func (s *Server) CommentsClosed(msgDataID string, index int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.comments.closed[commentKey(msgDataID, index)]
}

func commentKey(msgDataID string, index int) string { return msgDataID + "/" + strconv.Itoa(index) }

type commentIn struct {
	MsgDataID json.RawMessage `json:"msg_data_id"`
	Index     int             `json:"index"`
	ID        json.RawMessage `json:"user_comment_id"`
	Content   string          `json:"content"`
	Begin     int             `json:"begin"`
	Count     int             `json:"count"`
	Type      int             `json:"type"`
}

// commented reads a call about an article's comments.
func (s *Server) commented(c *call) (in commentIn, article string, r reply, ok bool) {
	if r, ok := decode(c.body, &in); !ok {
		return in, "", r, false
	}
	id := namedNumber(in.MsgDataID)
	switch {
	case s.comments.barred:
		return in, id, refuse(88000), false
	case !s.hasMsgData(id, in.Index):
		return in, id, refuse(88001), false
	}
	return in, id, done, true
}

// hasMsgData reports whether the account sent or published something under this id, with
// so many articles.
func (s *Server) hasMsgData(id string, index int) bool {
	for _, m := range s.masses {
		n, _ := strconv.Atoi(m.MsgID)
		if !m.Preview && m.MsgType == "mpnews" && strconv.Itoa(massDataID(n)) == id {
			return index >= 0 && index < max(1, len(m.Articles))
		}
	}
	for _, j := range s.library.jobs {
		if j.id == id {
			return index >= 0 && index < max(1, len(j.draft.Articles))
		}
	}
	return false
}

func (s *Server) openComments(c *call) reply  { return s.switchComments(c, false) }
func (s *Server) closeComments(c *call) reply { return s.switchComments(c, true) }

func (s *Server) switchComments(c *call, closed bool) reply {
	in, id, r, ok := s.commented(c)
	if !ok {
		return r
	}
	if s.comments.closed == nil {
		s.comments.closed = set{}
	}
	s.comments.closed[commentKey(id, in.Index)] = closed
	return done
}

// listComments lists the latest first. Its total is of the answer, as people report of
// WeChat's: developers.weixin.qq.com/community/develop/doc/000a02321cc6e805e63b54dd35bc00
func (s *Server) listComments(c *call) reply {
	in, id, r, ok := s.commented(c)
	if !ok {
		return r
	}
	if in.Count < 1 || in.Count > mostCommentsListed {
		return refuse(88010)
	}
	all := []any{}
	skip := in.Begin
	for _, one := range slices.Backward(s.comments.all) {
		if one.MsgDataID != id || one.Index != in.Index || in.Type == 1 && one.Featured || in.Type == 2 && !one.Featured {
			continue
		}
		if skip--; skip >= 0 || len(all) == in.Count {
			continue
		}
		shown := map[string]any{"user_comment_id": one.ID, "create_time": one.At.Unix(), "content": one.Text, "comment_type": 0}
		if one.OpenID != "" {
			shown["openid"] = one.OpenID
		}
		if one.Featured {
			shown["comment_type"] = 1
		}
		if one.Reply != "" {
			shown["reply"] = map[string]any{"content": one.Reply, "create_time": one.ReplyAt.Unix()}
		}
		all = append(all, shown)
	}
	return reply{fields: map[string]any{"total": len(all), "comment": all}}
}

// onComment finds the comment that a call is about, and does it.
func onComment(do func(s *Server, c *call, one *Comment, in commentIn) reply) func(*Server, *call) reply {
	return func(s *Server, c *call) reply {
		in, id, r, ok := s.commented(c)
		if !ok {
			return r
		}
		which := namedNumber(in.ID)
		for _, one := range s.comments.all {
			if one.MsgDataID == id && one.Index == in.Index && strconv.Itoa(one.ID) == which {
				return do(s, c, one, in)
			}
		}
		return refuse(88008)
	}
}

func (s *Server) electComment(c *call, one *Comment, _ commentIn) reply {
	n := 0
	for _, other := range s.comments.all {
		if other.Featured && other.MsgDataID == one.MsgDataID && other.Index == one.Index {
			n++
		}
	}
	if n >= mostFeatured && !one.Featured {
		return refuse(88003)
	}
	one.Featured = true
	return done
}

func (s *Server) unelectComment(_ *call, one *Comment, _ commentIn) reply {
	one.Featured = false
	return done
}

func (s *Server) deleteComment(_ *call, one *Comment, _ commentIn) reply {
	s.comments.all = slices.DeleteFunc(s.comments.all, func(c *Comment) bool { return c == one })
	return done
}

func (s *Server) replyToComment(c *call, one *Comment, in commentIn) reply {
	switch {
	case one.Reply != "":
		return refuse(88005)
	case in.Content == "" || len([]rune(in.Content)) > mostReply:
		return refuse(88007)
	}
	one.Reply, one.ReplyAt = in.Content, c.now
	return done
}

func (s *Server) deleteReply(_ *call, one *Comment, _ commentIn) reply {
	if one.Reply == "" {
		return refuse(88009)
	}
	one.Reply, one.ReplyAt = "", time.Time{}
	return done
}
