package wechattest

import "slices"

// Console is what the account's operators see in WeChat's own console: a
// snapshot, oldest first.
type Console struct {
	Drafts    []Draft         `json:"drafts"`
	Published []PublishedNews `json:"published"`
	Materials []Media         `json:"materials"` // kept for good
	Temporary []Media         `json:"temporary"` // those that still live
}

// Console takes a snapshot.
func (s *Server) Console() Console {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	s.settlePublishing(now)
	c := Console{Drafts: []Draft{}, Published: []PublishedNews{}, Materials: []Media{}, Temporary: []Media{}}
	for _, d := range s.library.drafts {
		own := *d
		own.Articles = slices.Clone(d.Articles)
		c.Drafts = append(c.Drafts, own)
	}
	for _, p := range s.library.published {
		c.Published = append(c.Published, p.left())
	}
	for _, m := range s.library.materials {
		c.Materials = append(c.Materials, *m)
	}
	for _, m := range s.library.temporary {
		if now.Before(m.ExpiresAt) {
			c.Temporary = append(c.Temporary, *m)
		}
	}
	return c
}
