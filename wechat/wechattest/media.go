package wechattest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// temporaryLife is how long an uploaded temporary file lives.
const temporaryLife = 3 * 24 * time.Hour

// library is everything the account has filed: the console's side of WeChat.
type library struct {
	images    map[string]*Form // by the last part of their address
	temporary []*Media
	materials []*Media
	drafts    []*Draft
	jobs      []*publishJob
	published []*PublishedNews
	failing   []int // statuses ordered for publishings to come
	gone      set   // ids that were given out and taken back
}

// Media is one file at WeChat.
type Media struct {
	MediaID   string    `json:"media_id"`
	Kind      string    `json:"type"`
	Name      string    `json:"name"`
	URL       string    `json:"url,omitempty"`
	Size      int       `json:"size"`
	SHA256    string    `json:"sha256"`
	Title     string    `json:"title,omitempty"`        // of a video
	Intro     string    `json:"introduction,omitempty"` // of a video
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"` // of a temporary file

	file []byte
}

// uploadImg takes an image for the inside of articles.
func (s *Server) uploadImg(c *call) reply {
	f, r, ok := c.upload(takes{1<<20 - 1, "jpg png"})
	if !ok {
		return r
	}
	return reply{bare: true, fields: map[string]any{"url": s.hang(f)}}
}

// hang gives an image an address at WeChat.
func (s *Server) hang(f *Form) string {
	id, kind := s.id("image", 43), sniff(f.file)
	if s.library.images == nil {
		s.library.images = map[string]*Form{}
	}
	s.library.images[id] = f
	return fmt.Sprintf("https://%s/mmbiz_%s/%s/0?wx_fmt=%s", imageHost, kind, id, kind)
}

const imageHost = "mmbiz.qpic.cn"

// image serves an uploaded image at the path of its address, so that a page
// that knows this server can show it.
func (s *Server) image(r *http.Request) ([]byte, string) {
	parts := strings.Split(r.URL.Path, "/")
	if len(parts) != 4 || !strings.HasPrefix(parts[1], "mmbiz_") {
		return nil, ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.library.images[parts[2]]
	if f == nil {
		return nil, ""
	}
	return f.file, http.DetectContentType(f.file)
}

// uploadMedia takes a temporary file.
func (s *Server) uploadMedia(c *call) reply {
	kind := c.query("type")
	rule, ok := map[string]takes{
		"image": {10 << 20, "jpg png gif"}, "voice": {2 << 20, "amr mp3"}, "video": {10 << 20, "mp4"}, "thumb": {64 << 10, "jpg"},
	}[kind]
	if !ok {
		return refuse(40004)
	}
	f, r, ok := c.upload(rule)
	if !ok {
		return r
	}
	m := &Media{
		MediaID: s.id("temporary", 64), Kind: kind, Name: f.Name, Size: f.Size, SHA256: f.SHA256, CreatedAt: c.now, ExpiresAt: c.now.Add(temporaryLife), file: f.file,
	}
	s.library.temporary = append(s.library.temporary, m)
	name := "media_id"
	if kind == "thumb" {
		name = "thumb_media_id"
	}
	return reply{bare: true, fields: map[string]any{"type": kind, name: m.MediaID, "created_at": c.now.Unix()}}
}

// getMedia gives a temporary file back, or tells where a video is, as the page says:
// developers.weixin.qq.com/doc/service/api/material/temporary/api_getmedia
func (s *Server) getMedia(c *call) reply {
	for _, m := range s.library.temporary {
		switch {
		case m.MediaID != c.query("media_id") || !c.now.Before(m.ExpiresAt):
		case m.Kind == "video":
			return reply{bare: true, fields: map[string]any{"video_url": "http://" + imageHost + "/video/" + m.MediaID}}
		default:
			return fileReply(m)
		}
	}
	return refuse(40007)
}

// hasMedia tells whether an article may show this file. Where Media named some,
// those count; else what was uploaded lives as long as it lives, and an id that
// was never given out is believed.
func (s *Server) hasMedia(id string, now time.Time, temporary bool) bool {
	if id == "" {
		return false
	}
	if len(s.media) > 0 {
		return s.media[id]
	}
	for _, m := range s.library.temporary {
		if m.MediaID == id {
			return temporary && now.Before(m.ExpiresAt)
		}
	}
	return !s.library.deleted(id)
}
