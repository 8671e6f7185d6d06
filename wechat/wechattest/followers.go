package wechattest

import (
	"slices"
	"strconv"
)

// addressBook is who follows the account, and how they are tagged.
type addressBook struct {
	followers  []string
	tags       []tag
	untaggable set
	wrote      map[string]*conversation // nil: everybody has, just now
	codes      []QRCode
}

type tag struct {
	id     int
	name   string
	people []string
}

// followersPerPage is how many openids one call gives.
const followersPerPage = 10_000

// Followed names who follows the account, in this order; other openids are known too.
func (s *Server) Followed(openids ...string) {
	s.set(func() { s.book.followers = slices.Clone(openids) })
}

// Tag names a tag and who has it. Where any is named, mass messages take no other.
func (s *Server) Tag(id int, name string, openids ...string) {
	s.set(func() {
		s.book.tags = slices.DeleteFunc(s.book.tags, func(t tag) bool { return t.id == id })
		s.book.tags = append(s.book.tags, tag{id, name, slices.Clone(openids)})
	})
}

func (s *Server) hasTag(id int) bool {
	return id > 0 && (len(s.book.tags) == 0 || s.tagged(id) != nil)
}

func (s *Server) tagged(id int) *tag {
	for i := range s.book.tags {
		if s.book.tags[i].id == id {
			return &s.book.tags[i]
		}
	}
	return nil
}

// userGet gives a page of followers.
func (s *Server) userGet(c *call) reply {
	return pageOf(s.book.followers, c.query("next_openid"), true)
}

func pageOf(all []string, after string, total bool) reply {
	from := 0
	if after != "" {
		if from = slices.Index(all, after) + 1; from == 0 {
			return refuse(40003)
		}
	}
	some := all[from:min(from+followersPerPage, len(all))]
	fields := map[string]any{"count": len(some), "next_openid": ""}
	if total {
		fields["total"] = len(all)
	}
	if len(some) > 0 {
		fields["data"] = map[string]any{"openid": some}
		fields["next_openid"] = some[len(some)-1]
	}
	return reply{bare: true, fields: fields}
}

func (s *Server) listTags(*call) reply {
	all := []any{}
	for _, t := range s.book.tags {
		all = append(all, map[string]any{"id": t.id, "name": t.name, "count": len(t.people)})
	}
	return reply{bare: true, fields: map[string]any{"tags": all}}
}

func (s *Server) tagPeople(c *call) reply {
	var in struct {
		TagID int    `json:"tagid"`
		Next  string `json:"next_openid"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	t := s.tagged(in.TagID)
	if t == nil {
		return refuseOn(45159, "%s", strconv.Itoa(in.TagID))
	}
	return pageOf(t.people, in.Next, false)
}
