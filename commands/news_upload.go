package commands

import (
	"context"
	"strconv"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// newsUploadArgs are those of one article; a line may have several, with -- between.
type newsUploadArgs struct {
	Title    string `name:"title" required:"" placeholder:"\"…\"" example:"Happy Day"`
	Thumb    string `name:"thumb" required:"" placeholder:"MEDIA_ID"`
	Content  string `name:"content" required:"" placeholder:"\"…\"" lines:"" example:"<p>…</p>"`
	Author   string `name:"author"`
	URL      string `name:"url" example:"https://example.com/story"`
	Digest   string `name:"digest" lines:""`
	Cover    *int   `name:"cover" enum:"0,1"`
	Comments *int   `name:"comments" enum:"0,1"`
	FansOnly *int   `name:"fans_only" enum:"0,1"`
}

func newsUpload() *Command {
	return &Command{
		Path: "news upload",
		Role: outbox.Sender,
		Examples: []string{
			`news upload title="Happy Day" thumb=MEDIA_ID content="<p>content</p>" author="xxx" url=www.qq.com digest="digest" cover=1 comments=1 fans_only=1`,
			`news upload title="One" thumb=MEDIA_ID content="…" -- title="Two" thumb=MEDIA_ID content="…"`,
		},
		Groups:  true,
		grammar: func() any { return new(newsUploadArgs) },
		ask:     askNewsUpload,
		names:   newsName,
	}
}

func askNewsUpload(_ *Book, groups []any) (outbox.Ask, error) {
	var news wechat.News
	for _, group := range groups {
		a := group.(*newsUploadArgs)
		news.Articles = append(news.Articles, wechat.Article{
			Title: a.Title, ThumbMediaID: a.Thumb, Content: a.Content, Author: a.Author,
			ContentSourceURL: a.URL, Digest: a.Digest,
			ShowCoverPic: a.Cover, NeedOpenComment: a.Comments, OnlyFansCanComment: a.FansOnly,
		})
	}
	return outbox.Ask{Kind: "news.upload", Payload: news}, news.Check()
}

// newsFields are WeChat's names of an article's fields and those of the line.
var newsFields = fieldNames{
	{"thumb_media_id", "thumb", false}, {"content_source_url", "url", false}, {"show_cover_pic", "cover", false},
	{"need_open_comment", "comments", false}, {"only_fans_can_comment", "fans_only", false},
}

// newsName turns articles[1].thumb_media_id into thumb. How many articles there are is
// a matter of no single argument.
func newsName(field string) (input, shown string) {
	if field == "articles" {
		return "", field
	}
	if _, name, nested := strings.Cut(field, "."); nested {
		field = name
	}
	return newsFields.of(field)
}

// newsUploadKind reaches nobody yet, but a news uploaded twice is in the way: a
// person is asked before it is repeated. A media_id that it names never stands for other
// bytes.
func newsUploadKind(w *wechat.Client) outbox.Kind[wechat.News] {
	return outbox.Kind[wechat.News]{
		Name: "news.upload", Done: cards.T("done.filed"), Approval: true, Keeps: outbox.InTheLine[wechat.News](), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, news wechat.News, _ string) (outbox.Receipt, error) {
			up, err := w.UploadNews(ctx, news.Articles)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"type": up.Type, "media_id": up.MediaID, "created_at": unix(up.CreatedAt)}, nil
		},
		What: func(news wechat.News) cards.Text {
			titles := make([]string, len(news.Articles))
			for i, a := range news.Articles {
				titles[i] = a.Title
			}
			return whatTitled(titles...)
		},
		Content: func(news wechat.News) []cards.Content {
			c := contents{}
			for i, a := range news.Articles {
				prefix := ""
				if len(news.Articles) > 1 {
					prefix = strconv.Itoa(i+1) + ". "
				}
				c = c.add(prefix+"title", a.Title).add(prefix+"author", a.Author).add(prefix+"digest", a.Digest)
				c = c.add(prefix+"content", a.Content).add(prefix+"thumb_media_id", a.ThumbMediaID).add(prefix+"content_source_url", a.ContentSourceURL)
				c = c.number(prefix+"show_cover_pic", a.ShowCoverPic).number(prefix+"need_open_comment", a.NeedOpenComment)
				c = c.number(prefix+"only_fans_can_comment", a.OnlyFansCanComment)
			}
			return c
		},
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "media_id", "type", "created_at") },
	}
}
