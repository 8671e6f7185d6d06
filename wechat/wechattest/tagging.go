package wechattest

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// What WeChat allows, by its pages of usermanage/tag (read 2026-10-07).
const (
	mostTags        = 100
	mostTagName     = 30 // characters by the page, bytes by its older table: the smaller holds
	mostTagged      = 50
	mostTagsOfOne   = 20
	firstOwnTag     = 100 // smaller ones are WeChat's own
	someNotTagged   = 45171
	taggedTwiceOnce = 45169
)

// NotTagged names people whom WeChat does not tag or untag: the answer is 45171 with them.
func (s *Server) NotTagged(openids ...string) { s.set(func() { s.book.untaggable = setOf(openids) }) }

// createTag makes a tag.
func (s *Server) createTag(c *call) reply {
	var in struct {
		Tag struct {
			Name string `json:"name"`
		} `json:"tag"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	name := in.Tag.Name
	switch {
	case name == "" || slices.ContainsFunc(s.book.tags, func(t tag) bool { return t.name == name }):
		return refuse(45157)
	case len(name) > mostTagName || utf8.RuneCountInString(name) > mostTagName:
		return refuse(45158)
	case len(s.book.tags) >= mostTags:
		return refuse(45056)
	}
	id := firstOwnTag
	for _, t := range s.book.tags {
		id = max(id, t.id+1)
	}
	s.book.tags = append(s.book.tags, tag{id: id, name: name})
	return reply{bare: true, fields: map[string]any{"tag": map[string]any{"id": id, "name": name}}}
}

func (s *Server) tagPeopleIn(c *call) reply     { return s.tagging(c, true) }
func (s *Server) untagPeopleFrom(c *call) reply { return s.tagging(c, false) }

// tagging tags or untags up to 50 people. Those whom it does not take are named, and the
// rest are done.
func (s *Server) tagging(c *call, add bool) reply {
	var in struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int      `json:"tagid"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	t := s.tagged(in.TagID)
	switch {
	case len(in.OpenIDs) == 0 || len(in.OpenIDs) > mostTagged:
		return refuse(40032)
	case t == nil:
		return refuseOn(45159, "%s", strconv.Itoa(in.TagID))
	}
	for i, id := range in.OpenIDs {
		switch {
		case !s.knows(id):
			return refuse(40003)
		case slices.Contains(in.OpenIDs[:i], id):
			return refuse(taggedTwiceOnce)
		case add && s.tagsOf(id) >= mostTagsOfOne && !slices.Contains(t.people, id):
			return refuse(45059)
		}
	}
	failed := []string{}
	for _, id := range in.OpenIDs {
		at := slices.Index(t.people, id)
		switch {
		case s.book.untaggable[id]:
			failed = append(failed, id)
		case add && at < 0:
			t.people = append(t.people, id)
		case !add && at >= 0:
			t.people = slices.Delete(t.people, at, at+1)
		}
	}
	if len(failed) > 0 {
		return reply{code: someNotTagged, fields: map[string]any{"fail_openid_list": failed}}
	}
	return done
}

func (s *Server) tagsOf(openid string) int {
	n := 0
	for _, t := range s.book.tags {
		if slices.Contains(t.people, openid) {
			n++
		}
	}
	return n
}
