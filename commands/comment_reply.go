package commands

import (
	"context"

	"magpie/cards"
)

type commentReplyArgs struct {
	N    ArticleNumber `arg:"" name:"A" example:"A3"`
	ID   commentID     `arg:"" name:"COMMENT" example:"12"`
	Text string        `name:"text" required:"" lines:"" loose:"" placeholder:"\"…\""`
}

// commentReply answers a comment for everybody to read. Said without the answer, as the
// button says it, it asks for one.
func commentReply() *Command {
	return ofComments(Command{
		Path:     "comment reply",
		Examples: []string{`comment reply A3 12 text="Thank you!"`},
		Asks:     true,
		grammar:  func() any { return new(commentReplyArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentReplyArgs)
		of, err := commented(ctx, b, a.N)
		if err != nil {
			return Answer{}, err
		}
		return tellComment(ctx, b.articles, call, a.N, "comment_replied", string(a.ID)+": "+a.Text, func() error { return b.wechat.ReplyToComment(ctx, of, string(a.ID), a.Text) },
			cards.T("comments.did_reply", "who", cards.User(call.Who.ID), "id", string(a.ID), "article", nameOf(a.N), "text", a.Text))
	})
}
