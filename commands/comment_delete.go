package commands

import (
	"context"

	"magpie/cards"
)

type commentDeleteArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	ID   commentID     `arg:"" name:"COMMENT" example:"12"`
	Sure *string       `name:"sure" enum:"yes" said:"" people:""`
}

// commentDelete deletes a comment for good, after a question.
func commentDelete() *Command {
	return ofComments(Command{
		Path:     "comment delete",
		Examples: []string{`comment delete A3 12`},
		grammar:  func() any { return new(commentDeleteArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentDeleteArgs)
		if a.Sure == nil {
			return Answer{Card: cards.Card{
				Body:    []cards.Text{cards.T("comments.ask_delete", "id", string(a.ID), "article", nameOf(a.N))},
				Buttons: []cards.Button{{Label: cards.T("comments.delete_it"), Line: "comment delete " + nameOf(a.N) + " " + string(a.ID) + " sure=yes", Style: "danger"}},
			}}, nil
		}
		of, err := commented(ctx, b, a.N)
		if err != nil {
			return Answer{}, err
		}
		return tellComment(ctx, b.articles, call, a.N, "comment_deleted", string(a.ID), func() error { return b.wechat.DeleteComment(ctx, of, string(a.ID)) },
			cards.T("comments.did_delete", "who", cards.User(call.Who.ID), "id", string(a.ID), "article", nameOf(a.N)))
	})
}
