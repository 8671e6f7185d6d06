package wechattest

import (
	"encoding/json"
	"strconv"
	"time"

	"magpie/wechat/apis"
)

// MassMessage is one message to many, as it reached them.
type MassMessage struct {
	At          time.Time `json:"at"`
	MsgID       string    `json:"msg_id,omitempty"` // none for a preview
	API         string    `json:"api"`
	Preview     bool      `json:"preview,omitempty"`
	All         bool      `json:"all,omitempty"`
	TagID       int       `json:"tag_id,omitempty"`
	OpenIDs     []string  `json:"openids,omitempty"` // as named by the call
	MsgType     string    `json:"msgtype"`
	Text        string    `json:"text,omitempty"`
	MediaID     string    `json:"media_id,omitempty"`
	CardID      string    `json:"card_id,omitempty"`
	ClientMsgID string    `json:"clientmsgid,omitempty"`
	Deleted     bool      `json:"deleted,omitempty"`

	// Articles are those of news, as they stood.
	Articles []DraftArticle `json:"articles,omitempty"`
}

type mass struct {
	MassMessage
	due     time.Time // when it ends
	ends    string    // as the event has it: "send success", "err(20001)"
	deleted map[int]bool
}

// massTime is how long a mass message is under way.
const massTime = time.Second

// massEnd is how a mass message is to end.
type massEnd struct {
	after  time.Duration
	status string
}

// EndMass lets the next mass message end after that time, and with a status of the event
// MASSSENDJOBFINISH: "send success", "send fail", "err(20001)".
func (s *Server) EndMass(after time.Duration, status string) {
	s.set(func() { s.massEnds = append(s.massEnds, massEnd{after, status}) })
}

// massLife is how long a clientmsgid is remembered.
const massLife = 24 * time.Hour

// taken finds what was taken on under the same clientmsgid within a day. It is looked
// for before the content is: a draft that was sent is no more.
func (s *Server) taken(c *call, in *massIn) (reply, bool) {
	for _, old := range s.masses {
		if in.ClientMsgID != "" && old.ClientMsgID == in.ClientMsgID && c.now.Sub(old.At) < massLife {
			id, _ := strconv.Atoi(old.MsgID)
			return reply{code: 45065, fields: map[string]any{"msg_id": id}}, true
		}
	}
	return reply{}, false
}

// take takes a mass message on.
func (s *Server) take(c *call, m MassMessage) reply {
	s.serial++
	id := 1000000000 + s.serial
	m.MsgID = strconv.Itoa(id)
	sent := &mass{MassMessage: m, due: c.now.Add(massTime), ends: "send success", deleted: map[int]bool{}}
	if len(s.massEnds) > 0 {
		sent.due, sent.ends, s.massEnds = c.now.Add(s.massEnds[0].after), s.massEnds[0].status, s.massEnds[1:]
	}
	s.masses = append(s.masses, sent)
	s.massOutcome(sent)
	out := map[string]any{"msg_id": id}
	if m.MsgType == "mpnews" {
		out["msg_data_id"] = massDataID(id)
		if d := s.namedDraft(m.MediaID); d != nil {
			s.dropDraft(d) // a draft is gone once it is sent
		}
	}
	return reply{msg: "send job submission success", fields: out}
}

func (s *Server) massAll(c *call) reply {
	var in massIn
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if r, known := s.taken(c, &in); known {
		return r
	}
	m, r := s.content(c, &in)
	if r.code != 0 {
		return r
	}
	switch {
	case in.Filter == nil || !in.Filter.All && in.Filter.TagID == 0:
		return refuseOn(40097, "filter")
	case !in.Filter.All && !s.hasTag(in.Filter.TagID):
		return refuse(45159)
	}
	m.API, m.All = apis.MassAll.Path, in.Filter.All
	if !m.All {
		m.TagID = in.Filter.TagID // beside is_to_all it counts for nothing: by the rows of filter in its page
	}
	return s.take(c, m)
}

func (s *Server) massSend(c *call) reply {
	var in massIn
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if r, known := s.taken(c, &in); known {
		return r
	}
	m, r := s.content(c, &in)
	if r.code != 0 {
		return r
	}
	if json.Unmarshal(in.ToUser, &m.OpenIDs) != nil || len(m.OpenIDs) < 2 {
		return refuse(40130)
	}
	if len(m.OpenIDs) > 10_000 {
		return refuse(40130)
	}
	for _, id := range m.OpenIDs {
		if !s.knows(id) {
			return refuseOn(40003, "touser")
		}
	}
	m.API = apis.MassSend.Path
	return s.take(c, m)
}

func (s *Server) massPreview(c *call) reply {
	var in massIn
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	m, r := s.content(c, &in)
	if r.code != 0 {
		return r
	}
	var openid string
	json.Unmarshal(in.ToUser, &openid)
	if in.ToWxName == "" && !s.knows(openid) {
		return refuse(40003)
	}
	m.API, m.Preview, m.OpenIDs = apis.MassPreview.Path, true, []string{openid + in.ToWxName}
	s.masses = append(s.masses, &mass{MassMessage: m})
	return reply{msg: "preview success"}
}

// massDataID is the name of a message in the statistics.
func massDataID(msgID int) int { return msgID + 1206120000 }

func (s *Server) namedMass(c *call) (*mass, reply, bool) {
	var in struct {
		MsgID json.RawMessage `json:"msg_id"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return nil, r, false
	}
	id, _ := plain(in.MsgID)
	for _, m := range s.masses {
		if id != "" && m.MsgID == id {
			return m, reply{}, true
		}
	}
	return nil, refuseOn(40059, "msg_id"), false
}

// massDelete follows the page notify/message/api_deletemassmsg (2026-10-07): articles and
// videos alone, once they have been sent, each article everywhere that it was sent. No source
// says by which code another type, or a second time, is refused: 40065 is the one for a state
// that does not allow it.
func (s *Server) massDelete(c *call) reply {
	var in struct {
		Index int `json:"article_idx"`
	}
	m, r, ok := s.namedMass(c)
	if !ok {
		return r
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	switch {
	case in.Index < 0 || in.Index > max(1, len(m.Articles)):
		return refuse(40060)
	case m.MsgType != "mpnews" && m.MsgType != "mpvideo", m.status(c.now) != "SEND_SUCCESS", m.deleted[in.Index]:
		return refuse(40065)
	}
	for _, same := range s.masses {
		if same.MediaID == m.MediaID && !same.Preview {
			same.delete(in.Index)
		}
	}
	return done
}

// delete deletes one of a message's articles, or (0) all that it leads to.
func (m *mass) delete(index int) {
	m.deleted[index] = true
	all := len(m.Articles)
	m.Deleted = index == 0 || all <= 1 || len(m.deleted) == all
}

func (m *mass) status(now time.Time) string {
	switch {
	case m.Deleted:
		return "DELETE"
	case now.Before(m.due):
		return "SENDING"
	case m.ends != "send success":
		return "SEND_FAIL"
	}
	return "SEND_SUCCESS"
}

func (s *Server) massGet(c *call) reply {
	m, r, ok := s.namedMass(c)
	if !ok {
		return r
	}
	return reply{bare: true, fields: map[string]any{"msg_id": json.Number(m.MsgID), "msg_status": m.status(c.now)}}
}
