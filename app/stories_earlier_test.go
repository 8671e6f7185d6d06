package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/wechat"
)

// earlierOrders are further orders of the story command wechat: html-draft FILE… (a draft from
// WeChat's console of articles of HTML, called by their files, with a cover), material FILE (a
// picture of the library), publish MEDIA_ID (from the console, prints the article_id and the
// addresses).
func earlierOrders(ts *testscript.TestScript, args []string) map[string]func() {
	return map[string]func(){
		"html-draft": func() {
			cover, err := console(ts).AddMaterial(ctx(ts), wechat.MediaImage, wechat.File{Name: "cover.png", Body: bytes.NewReader(testImage("cover.png", 900, 383, 3))})
			ts.Check(err)
			var all []wechat.DraftArticle
			yes := 1
			for _, name := range args[1:] {
				all = append(all, wechat.DraftArticle{
					Title: strings.TrimSuffix(filepath.Base(name), ".html"), Author: "Mei", Digest: "Leaves: dried", Content: ts.ReadFile(name),
					ContentSourceURL: "https://example.com/source?a=1&b=2", ThumbMediaID: cover.MediaID, NeedOpenComment: &yes, OnlyFansCanComment: &yes,
				})
			}
			id, err := console(ts).AddDraft(ctx(ts), all)
			ts.Check(err)
			tell(ts, id)
		},
		"material": func() {
			m, err := console(ts).AddMaterial(ctx(ts), wechat.MediaImage, wechat.File{Name: args[1], Body: strings.NewReader(ts.ReadFile(args[1]))})
			ts.Check(err)
			tell(ts, m.MediaID)
		},
		"publish": func() {
			wx := console(ts)
			job, err := wx.SubmitPublish(ctx(ts), args[1])
			ts.Check(err)
			theWorld(ts).wechat.Advance(time.Minute)
			state, err := wx.GetPublish(ctx(ts), job.PublishID)
			ts.Check(err)
			said := []string{state.ArticleID}
			for _, a := range state.Articles {
				said = append(said, a.URL)
			}
			tell(ts, strings.Join(said, " "))
		},
	}
}
