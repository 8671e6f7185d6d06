package playground

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"magpie/wechat/wechattest"
)

// phone is what the account's readers see. Of an article that went out it has what stands on
// its card, not its whole text.
func (a account) phone() wechattest.Phone {
	p := a.wechat.Phone()
	for i := range p.Masses {
		m := &p.Masses[i]
		if m.Articles == nil {
			m.Articles = uploaded(p.Articles, m.MediaID)
		}
		m.Articles = slices.Clone(m.Articles) // the draft keeps its own
		for j := range m.Articles {
			m.Articles[j].Content = ""
			if len(m.Articles) > 1 {
				m.Articles[j].Digest = "" // only what goes out alone shows one
			}
		}
	}
	return p
}

// uploaded finds the articles of news that was uploaded as such, not as a draft.
func uploaded(all []wechattest.UploadedNews, mediaID string) []wechattest.DraftArticle {
	var found []wechattest.DraftArticle
	for _, news := range all {
		if news.MediaID == mediaID {
			for _, article := range news.Articles {
				found = append(found, wechattest.DraftArticle{Article: article})
			}
		}
	}
	return found
}

// shownTemplate is what a template's readers see of it, by WeChat's own words.
type shownTemplate struct {
	Title  string  `json:"title"`
	Fields []field `json:"fields"` // in its order
}

type field struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// labelled is a line of a template's content: "茶品:{{thing1.DATA}}".
var labelled = regexp.MustCompile(`(?m)^(.*?)[:：]?\s*\{\{(\w+)\.DATA\}\}`)

// templates are those that the account lists, by their ids.
func (a account) templates() map[string]shownTemplate {
	all := map[string]shownTemplate{}
	for _, t := range a.wechat.Listed() {
		shown := shownTemplate{Title: t.Title}
		for _, part := range labelled.FindAllStringSubmatch(t.Content, -1) {
			shown.Fields = append(shown.Fields, field{Key: part[2], Label: strings.TrimSpace(part[1])})
		}
		all[t.ID] = shown
	}
	return all
}

// pictures are the ids of the material that can be looked at.
func (a account) pictures() []string {
	ids := []string{}
	for _, m := range a.wechat.Console().Materials {
		if m.URL != "" {
			ids = append(ids, m.MediaID)
		}
	}
	return ids
}

// servePicture hands out an image of an account's material, as its readers load it.
func (w *World) servePicture(rw http.ResponseWriter, r *http.Request) {
	for _, a := range w.accounts {
		if a.Name != r.PathValue("account") {
			continue
		}
		for _, m := range a.wechat.Console().Materials {
			if m.MediaID != r.PathValue("id") || m.URL == "" {
				continue
			}
			at, err := url.Parse(m.URL)
			if err != nil {
				break
			}
			image := r.Clone(r.Context())
			image.URL = &url.URL{Path: at.Path}
			rw.Header().Set("Content-Disposition", "attachment") // shown, never opened
			a.wechat.ServeHTTP(rw, image)
			return
		}
	}
	http.NotFound(rw, r)
}
