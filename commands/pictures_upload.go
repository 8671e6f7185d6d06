package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type picturesUploadArgs struct {
	Title    string  `name:"title" required:"" placeholder:"\"…\""`
	Text     string  `name:"text" required:"" placeholder:"\"…\"" lines:""`
	Files    string  `name:"files" formed:"" files:"10" placeholder:"FILE[,FILE…]"`
	More     string  `name:"more" files:"10" placeholder:"FILE[,FILE…]"`
	Comments *string `name:"comments" enum:"yes,fans"`
}

// picturesUpload asks to file 1 to 20 pictures with a text as one draft. They come by the
// form, or with the message that says the line.
func picturesUpload() *Command {
	c := &Command{
		Path:     "pictures upload",
		Role:     outbox.Sender,
		Examples: []string{`pictures upload`, `pictures upload title="Spring" text="What grew this week." comments=fans`},
		Asks:     true,
		grammar:  func() any { return new(picturesUploadArgs) },
		names: func(field string) (string, string) {
			return fieldNames{{"content", "text", false}}.of(field)
		},
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*picturesUploadArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		as := articles.Pictures{Title: a.Title, Text: a.Text, Comments: a.Comments != nil, FansOnly: orNone(a.Comments) == "fans"}
		if faults := fieldFaults(c, as.Check()); len(faults) > 0 {
			return Answer{}, b.refuse(c, call, faults)
		}
		files := append(separated(a.Files), separated(a.More)...)
		if len(files) == 0 {
			files = call.Files
		}
		if len(files) == 0 && !call.Form {
			return Answer{Form: c.form(a.line(), []string{"files", "more"})}, nil
		}
		if len(files) < 1 || len(files) > wechat.MaxArticleImages {
			return Answer{}, atField(cards.Refuse("fault.pictures_files", "count", len(files), "most", wechat.MaxArticleImages), "files")
		}
		said, err := b.articles.AskPictures(ctx, call.act(0), call.Account, strings.TrimSpace(call.Line), files, as)
		return answerOf(said, err)
	}
	return c
}

// line says what is known already, for a form that asks for the files.
func (a *picturesUploadArgs) line() string {
	line := "pictures upload title=" + Quote(a.Title) + " text=" + Quote(a.Text)
	if a.Comments != nil {
		line += " comments=" + *a.Comments
	}
	return line
}

// picturesUploadKind reaches nobody, but files a draft with each call: a person is asked
// before it is repeated. Pictures that the account has are not uploaded again.
func picturesUploadKind(d *articles.Desk, account string) outbox.Kind[articles.Pictures] {
	return outbox.Kind[articles.Pictures]{
		Done: cards.T("done.filed"),
		Name: articles.PicturesKind, Approval: true, Slow: true, Again: true, Keeps: outbox.Elsewhere(articles.Pictures.Kept), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, p articles.Pictures, _ string) (outbox.Receipt, error) {
			id, err := d.FilePictures(ctx, account, p)
			if err != nil {
				return nil, explainImage(err)
			}
			return outbox.Receipt{"media_id": id}, nil
		},
		What: func(p articles.Pictures) cards.Text { return cards.T("what.pictures", "count", len(p.Images)) },
		Head: func(p articles.Pictures, _ []string) []cards.Text {
			return []cards.Text{cards.T("pictures.head", "count", len(p.Images))}
		},
		Content: func(p articles.Pictures) []cards.Content {
			c := contents{}.add("title", p.Title).add("content", p.Text)
			if p.Comments {
				c = c.add("need_open_comment", "1")
			}
			if p.FansOnly {
				c = c.add("only_fans_can_comment", "1")
			}
			for i, image := range p.Images {
				c = c.add(fmt.Sprintf("%d. image", i+1), strings.Join([]string{image.Name, image.Type, strconv.Itoa(image.Size), "sha256 " + image.SHA256, image.Title, image.Introduction}, " "))
			}
			return c
		},
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "media_id") },
	}
}
