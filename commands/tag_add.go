package commands

import (
	"context"
	"strconv"

	"magpie/cards"
	"magpie/outbox"
	"magpie/sending"
	"magpie/wechat"
)

type tagPeopleArgs struct {
	Tag string `arg:"" name:"TAG"`

	To Openids `name:"to" required:"" placeholder:"OPENID[,OPENID…]" lines:""`
}

// tagAdd gives people a tag.
func tagAdd() *Command {
	return tagging("tag add", "tag.add", `tag add "gold members" to=OPENID_1,OPENID_2`, `tag add 100 to=@vip`)
}

func tagging(path, kind string, examples ...string) *Command {
	return &Command{
		Path:     path,
		Role:     outbox.Sender,
		Examples: examples,
		grammar:  func() any { return new(tagPeopleArgs) },
		ask: func(_ *Book, args []any) (outbox.Ask, error) {
			return askTo(args[0].(*tagPeopleArgs).To, kind, taggedAs{}, nil)
		},
		prepare: func(ctx context.Context, b *Book, args []any, ask *outbox.Ask) error {
			if err := toOneMeant(ctx, b, args, ask); err != nil {
				return err
			}
			t, err := tagMeant(ctx, b, args[0].(*tagPeopleArgs).Tag)
			if refusal, ok := err.(*cards.Refusal); ok {
				refusal.Field = "TAG"
			}
			if err != nil {
				return unread(ctx, err)
			}
			ask.Payload = taggedAs{TagID: t.ID, TagName: t.Name}
			return nil
		},
	}
}

// taggedAs is the tag that people get or lose.
type taggedAs struct {
	TagID   int    `json:"tag_id"`
	TagName string `json:"tag_name"`
}

func tagAddKind(w *wechat.Client) outbox.Kind[taggedAs] {
	return taggingKind("tag.add", &tagger{call: w.TagFollowers, held: sending.MayNot})
}

// taggingKind reaches nobody, and tagging twice does no harm.
func taggingKind(name string, t *tagger) outbox.Kind[taggedAs] {
	return outbox.Kind[taggedAs]{
		Name: name, Approval: true, Repeat: outbox.RepeatHarmless,
		Keeps: outbox.Elsewhere(func(p taggedAs) []outbox.Kept {
			return []outbox.Kept{{What: "tag", Is: strconv.Itoa(p.TagID) + " " + p.TagName}}
		}),
		Do: func(ctx context.Context, p taggedAs, recipient string) (outbox.Receipt, error) {
			return nil, t.do(ctx, p.TagID, recipient)
		},
		What: func(p taggedAs) cards.Text { return cards.Code(p.TagName) },
		Head: func(taggedAs, []string) []cards.Text { return []cards.Text{cards.T("tag.untold")} },
		Content: func(p taggedAs) []cards.Content {
			return contents{}.add("tag_id", strconv.Itoa(p.TagID)+" "+p.TagName)
		},
	}
}
