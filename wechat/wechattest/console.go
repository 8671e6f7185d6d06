package wechattest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

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

// KeepImage puts an image into the material, as an operator does in the console, and
// returns its media_id.
func (s *Server) KeepImage(name string, data []byte) (mediaID string) {
	sum := sha256.Sum256(data)
	s.set(func() {
		mediaID = s.id("material", 64)
		s.library.materials = append(s.library.materials, &Media{
			MediaID: mediaID, Kind: "image", Name: name, URL: s.hang(&Form{Name: name, Size: len(data), file: data}),
			Size: len(data), SHA256: hex.EncodeToString(sum[:]), CreatedAt: s.clock(), file: data,
		})
	})
	return mediaID
}

// KeepDraft puts articles into the draft box, as an operator does in the console, and
// returns their media_id.
func (s *Server) KeepDraft(articles ...DraftArticle) (mediaID string) {
	s.set(func() {
		mediaID = s.id("draft", 64)
		s.library.drafts = append(s.library.drafts, &Draft{MediaID: mediaID, Articles: articles, CreatedAt: s.clock(), UpdatedAt: s.clock()})
	})
	return mediaID
}
