package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

type tagCreateArgs struct {
	Name string `arg:"" name:"TAG"`
}

// tagCreate makes a tag that nobody has yet.
func tagCreate() *Command {
	return &Command{
		Path:     "tag create",
		Role:     outbox.Sender,
		Examples: []string{`tag create "gold members"`},
		grammar:  func() any { return new(tagCreateArgs) },
		ask: first(func(a *tagCreateArgs) (outbox.Ask, error) {
			return outbox.Ask{Kind: "tag.create", Payload: newTag{a.Name}}, wechat.TagName(a.Name)
		}),
		names:  func(string) (string, string) { return "TAG", "TAG" },
		recurs: func(any) error { return cards.Refuse("fault.tag_recurs") },
	}
}

type newTag struct {
	Name string `json:"name"`
}

// tagCreateKind reaches nobody and needs no approval: a tag that nobody has does no harm.
// One that is there already is refused by WeChat, so a person looks before it is repeated.
func tagCreateKind(w *wechat.Client) outbox.Kind[newTag] {
	return outbox.Kind[newTag]{
		Name: "tag.create", Done: cards.T("done.created"), Keeps: outbox.InTheLine[newTag](), Repeat: outbox.RepeatAsk,
		Do: func(ctx context.Context, p newTag, _ string) (outbox.Receipt, error) {
			t, err := w.CreateTag(ctx, p.Name)
			if err != nil {
				return nil, explain(err)
			}
			return outbox.Receipt{"tag_id": strconv.Itoa(t.ID), "name": t.Name}, nil
		},
		What:    func(p newTag) cards.Text { return cards.Code(p.Name) },
		Face:    func(newTag) cards.Face { return cards.Face{} },
		Content: func(p newTag) []cards.Content { return contents{}.add("name", p.Name) },
		Result:  func(r outbox.Receipt) []cards.Field { return results(r, "tag_id") },
	}
}
