package wechattest

import (
	"encoding/json"
	"net/http"
	"slices"
)

var materialTakes = map[string]takes{
	"image": {10 << 20, "bmp png jpg gif"}, "voice": {2 << 20, "mp3 wma wav amr"}, "video": {10 << 20, "mp4"}, "thumb": {64 << 10, "jpg"},
}

func (l *library) find(id string) *Media {
	for _, m := range l.materials {
		if m.MediaID == id {
			return m
		}
	}
	return nil
}

// deleted tells whether this is an id that was given out and taken back.
func (l *library) deleted(id string) bool { return l.gone[id] }

// addMaterial files a file for good.
func (s *Server) addMaterial(c *call) reply {
	kind := c.query("type")
	rule, ok := materialTakes[kind]
	if !ok {
		return refuse(40004)
	}
	f, r, ok := c.upload(rule)
	if !ok {
		return r
	}
	m := &Media{MediaID: s.id("material", 64), Kind: kind, Name: f.Name, Size: f.Size, SHA256: f.SHA256, CreatedAt: c.now, file: f.file}
	fields := map[string]any{"media_id": m.MediaID}
	switch kind {
	case "video":
		var about struct{ Title, Introduction string }
		if json.Unmarshal([]byte(f.Fields["description"]), &about) != nil || about.Title == "" {
			return refuseOn(47001, "description")
		}
		m.Title, m.Intro = about.Title, about.Introduction
	case "image", "thumb":
		m.URL = s.hang(f)
		fields["url"], fields["item"] = m.URL, []any{}
	}
	s.library.materials = append(s.library.materials, m)
	return reply{bare: true, fields: fields}
}

// getMaterial gives a file back, or tells of a video.
func (s *Server) getMaterial(c *call) reply {
	m, r, ok := s.namedMaterial(c)
	if !ok {
		return r
	}
	if m.Kind == "video" {
		return reply{bare: true, fields: map[string]any{"title": m.Title, "description": m.Intro, "down_url": "https://" + imageHost + "/video/" + m.MediaID}}
	}
	return fileReply(m)
}

func fileReply(m *Media) reply {
	return reply{bare: true, file: m.file, header: http.Header{
		"Content-Type": {http.DetectContentType(m.file)}, "Content-Disposition": {`attachment; filename="` + m.MediaID + `"`},
	}}
}

func (s *Server) namedMaterial(c *call) (*Media, reply, bool) {
	var in struct {
		MediaID string `json:"media_id"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return nil, r, false
	}
	m := s.library.find(in.MediaID)
	if m == nil {
		return nil, refuse(40007), false
	}
	return m, reply{}, true
}

func (s *Server) delMaterial(c *call) reply {
	m, r, ok := s.namedMaterial(c)
	if !ok {
		return r
	}
	s.library.materials = slices.DeleteFunc(s.library.materials, func(x *Media) bool { return x == m })
	s.library.bury(m.MediaID)
	return done
}

func (l *library) bury(id string) {
	if l.gone == nil {
		l.gone = set{}
	}
	l.gone[id] = true
}

func (s *Server) countMaterial(*call) reply {
	n := map[string]any{"voice_count": 0, "video_count": 0, "image_count": 0, "news_count": 0}
	for _, m := range s.library.materials {
		if count, ok := n[m.Kind+"_count"].(int); ok {
			n[m.Kind+"_count"] = count + 1
		}
	}
	return reply{bare: true, fields: n}
}

// listMaterial lists one kind, newest first.
func (s *Server) listMaterial(c *call) reply {
	var in struct {
		Type string `json:"type"`
		window
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	if !slices.Contains([]string{"image", "voice", "video", "news"}, in.Type) {
		return refuse(40004)
	}
	var all []any
	for _, m := range slices.Backward(s.library.materials) {
		if m.Kind == in.Type {
			item := map[string]any{"media_id": m.MediaID, "name": m.Name, "update_time": m.CreatedAt.Unix()}
			if m.URL != "" {
				item["url"] = m.URL
			}
			all = append(all, item)
		}
	}
	return in.page(all)
}

// window is which part of a listing is wanted.
type window struct {
	Offset    int `json:"offset"`
	Count     int `json:"count"`
	NoContent any `json:"no_content"` // 0 or 1; false and true are believed too
}

func (w window) content() bool { return w.NoContent != 1.0 && w.NoContent != true }

func (w window) page(all []any) reply {
	if w.Offset < 0 || w.Count < 1 || w.Count > 20 {
		return refuseOn(40097, "offset or count")
	}
	from := min(w.Offset, len(all))
	some := all[from:min(from+w.Count, len(all))]
	if some == nil {
		some = []any{}
	}
	return reply{bare: true, fields: map[string]any{"total_count": len(all), "item_count": len(some), "item": some}}
}
