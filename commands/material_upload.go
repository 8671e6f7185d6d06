package commands

import (
	"context"
	"strconv"
	"strings"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type materialUploadArgs struct {
	File         string  `name:"file" required:"" files:"1" placeholder:"FILE"`
	Type         *string `name:"type" enum:"image,voice,video,thumb"`
	Title        string  `name:"title" placeholder:"\"…\""`
	Introduction string  `name:"introduction" placeholder:"\"…\"" lines:""`
}

// materialUpload asks to file a file of Slack's in the account's library. The file
// comes by the form, and is read and checked beside the line.
func materialUpload() *Command {
	c := &Command{
		Path:     "material upload",
		Role:     outbox.Sender,
		Examples: []string{`material upload`, `material upload type=thumb`},
		Asks:     true,
		grammar:  func() any { return new(materialUploadArgs) },
	}
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		a := args[0].(*materialUploadArgs)
		if err := b.mayOrRefuse(ctx, call, outbox.Sender); err != nil {
			return Answer{}, err
		}
		files := separated(a.File)
		if len(files) != 1 {
			return Answer{}, atField(cards.Refuse("fault.article_files", "count", len(files)), "file")
		}
		as := articles.Material{Type: orNone(a.Type), Title: a.Title, Introduction: a.Introduction}
		check := wechat.NewMaterial{Kind: as.Type, Title: as.Title, Introduction: as.Introduction}
		if faults := fieldFaults(c, check.CheckTitles()); len(faults) > 0 {
			return Answer{}, b.refuse(c, call, faults)
		}
		said, err := b.articles.AskMaterial(ctx, call.act(0), call.Account, strings.TrimSpace(call.Line), files[0], as)
		return answerOf(said, err)
	}
	return c
}

// materialUploadKind reaches nobody, but each call adds a piece to the library: a
// person is asked before it is repeated.
func materialUploadKind(d *articles.Desk, account string) outbox.Kind[articles.Material] {
	return outbox.Kind[articles.Material]{
		Done: cards.T("done.filed"),
		Name: articles.MaterialKind, Approval: true, Slow: true, Keeps: outbox.Elsewhere(articles.Material.Kept), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, m articles.Material, _ string) (outbox.Receipt, error) {
			filed, err := d.FileMaterial(ctx, account, m)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"media_id": filed.MediaID, "url": filed.URL}, nil
		},
		What: func(m articles.Material) cards.Text { return whatNamed(m.Name) },
		Content: func(m articles.Material) []cards.Content {
			c := contents{}.add("type", m.Type).add("media", m.Name).add("title", m.Title).add("introduction", m.Introduction)
			return c.add("size", strconv.Itoa(m.Size)).add("sha256", m.SHA256)
		},
		Result: func(r outbox.Receipt) []cards.Field { return results(r, "media_id", "url") },
	}
}
