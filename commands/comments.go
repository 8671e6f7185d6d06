package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// commentsShown is how many comments one card shows: each has three buttons.
const commentsShown = 5

// noteWithin is how long writing down what was done to comments may take.
const noteWithin = 2 * time.Second

type commentsArgs struct {
	N        ArticleNumber `arg:"" name:"A" example:"A3"`
	Featured *string       `name:"featured" enum:"yes"`
	From     int           `name:"from" said:""`
}

// comments lists what people wrote below an article, the latest first.
func comments() *Command {
	return ofComments(Command{
		Path:     "comments",
		Examples: []string{`comments A3`, `comments A3 featured=yes`},
		grammar:  func() any { return new(commentsArgs) },
	}, func(ctx context.Context, b *Book, _ Call, args any) (Answer, error) {
		a := args.(*commentsArgs)
		of, err := commented(ctx, b, a.N)
		if err != nil {
			return Answer{}, err
		}
		kind := wechat.AllComments
		if a.Featured != nil {
			kind = wechat.FeaturedComments
		}
		page, err := b.wechat.Comments(ctx, of, max(0, a.From), commentsShown, kind)
		if err != nil {
			return Answer{}, err
		}
		return Answer{Card: commentsCard(a, page)}, nil
	})
}

// ofComments completes a command about an article's comments: it is an approver's, and asks
// WeChat.
func ofComments(c Command, do func(ctx context.Context, b *Book, call Call, args any) (Answer, error)) *Command {
	c.Role, c.looks = outbox.Approver, true
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		if err := b.mayOrRefuse(ctx, call, outbox.Approver); err != nil {
			return Answer{}, err
		}
		ctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		answer, err := do(ctx, b, call, args[0])
		return answer, sayAgain(call, unread(ctx, err))
	}
	return &c
}

// commented is by which name WeChat knows an article's comments.
func commented(ctx context.Context, b *Book, n ArticleNumber) (wechat.Commented, error) {
	p, err := b.articles.SentOrPublished(ctx, b.account, int64(n))
	if err != nil {
		return wechat.Commented{}, err
	}
	if p.MsgDataID == "" {
		return wechat.Commented{}, cards.Refuse("fault.comments_unknown", "article", nameOf(n))
	}
	return wechat.Commented{MsgDataID: p.MsgDataID, Index: p.Index}, nil
}

func commentsCard(a *commentsArgs, page *wechat.CommentPage) cards.Card {
	name := nameOf(a.N)
	card := cards.Card{Title: cards.T("comments.title", "article", name)}
	if a.Featured != nil {
		card.Title = cards.T("comments.title_featured", "article", name)
	}
	if len(page.Comments) == 0 {
		card.Body = []cards.Text{cards.T("comments.none")}
	}
	button := func(label cards.Text, line string, style string) {
		card.Buttons = append(card.Buttons, cards.Button{Label: label, Line: line, Style: style})
	}
	for i, c := range page.Comments {
		place := a.From + i + 1
		card.Body = append(card.Body, commentText(place, c))
		of := fmt.Sprintf("%s %s", name, c.ID)
		if c.Reply == "" {
			button(cards.T("comments.reply", "i", place), "comment reply "+of, "primary")
		} else {
			button(cards.T("comments.unreply", "i", place), "comment unreply "+of, "")
		}
		if c.Featured {
			button(cards.T("comments.unfeature", "i", place), "comment unfeature "+of, "")
		} else {
			button(cards.T("comments.feature", "i", place), "comment feature "+of, "")
		}
		button(cards.T("comments.delete", "i", place), "comment delete "+of, "danger")
	}
	again := "comments " + name
	if a.Featured != nil {
		again += " featured=yes"
	}
	if page.More {
		button(cards.T("answer.more"), again+" from="+strconv.Itoa(a.From+len(page.Comments)), "")
	}
	if a.Featured != nil {
		button(cards.T("comments.latest"), "comments "+name, "")
	} else {
		button(cards.T("comments.featured"), "comments "+name+" featured=yes", "")
	}
	button(cards.T("comments.open"), "comment open "+name, "")
	button(cards.T("comments.close"), "comment close "+name, "")
	return card
}

func commentText(place int, c wechat.Comment) cards.Text {
	who := cards.T("comments.somebody")
	if c.OpenID != "" {
		who = cards.Code(c.OpenID)
	}
	text := cards.T("comments.one", "i", place, "text", c.Text, "who", who, "at", day(c.At))
	if c.Featured {
		text = cards.T("comments.one_featured", "i", place, "text", c.Text, "who", who, "at", day(c.At))
	}
	if c.Reply != "" {
		return lines([]cards.Text{text, cards.T("comments.replied", "text", c.Reply)})
	}
	return text
}

// commentID is WeChat's number of a comment.
type commentID string

// Decode refuses what is no number.
func (id *commentID) Decode(a arg, said string) error {
	if n, err := strconv.ParseUint(strings.TrimSpace(said), 10, 64); err != nil || n == 0 {
		return refuseArg(a, "fault.comment_id", "value", cards.Code(snippet(said)))
	}
	*id = commentID(strings.TrimSpace(said))
	return nil
}

type commentArgs struct {
	N  ArticleNumber `arg:"" name:"A" example:"A3"`
	ID commentID     `arg:"" name:"COMMENT" example:"12"`
}

// toComment makes a command that does something to one comment of an article.
func toComment(path, verb string, do func(ctx context.Context, w wechat.Account, of wechat.Commented, id string) error, did func(who cards.User, id, article string) cards.Text) *Command {
	return ofComments(Command{
		Path:     path,
		Examples: []string{path + " A3 12"},
		grammar:  func() any { return new(commentArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		a := args.(*commentArgs)
		of, err := commented(ctx, b, a.N)
		if err != nil {
			return Answer{}, err
		}
		return tellComment(ctx, b.articles, call, a.N, verb, string(a.ID), func() error { return do(ctx, b.wechat, of, string(a.ID)) }, did(cards.User(call.Who.ID), string(a.ID), nameOf(a.N)))
	})
}

// toComments makes a command that does something to all comments of an article.
func toComments(path, verb string, do func(ctx context.Context, w wechat.Account, of wechat.Commented) error, did func(who cards.User, article string) cards.Text) *Command {
	return ofComments(Command{
		Path:     path,
		Examples: []string{path + " A3"},
		grammar:  func() any { return new(articleArgs) },
	}, func(ctx context.Context, b *Book, call Call, args any) (Answer, error) {
		n := args.(*articleArgs).N
		of, err := commented(ctx, b, n)
		if err != nil {
			return Answer{}, err
		}
		return tellComment(ctx, b.articles, call, n, verb, "", func() error { return do(ctx, b.wechat, of) }, did(cards.User(call.Who.ID), nameOf(n)))
	})
}

// tellComment does something to comments, once for a line: that it begins is on record before the
// call, and what came of it after, and in the article's thread. Where WeChat gave no whole
// answer, it says so: whoever asked looks at the list.
func tellComment(ctx context.Context, d *articles.Desk, call Call, n ArticleNumber, verb, note string, do func() error, what cards.Text) (Answer, error) {
	act := call.act(n)
	act.Account = call.Account
	act.Verb, act.Note = "comment_begun", strings.TrimSuffix(verb+" "+note, " ")
	look := []cards.Button{{Label: cards.T("comments.look"), Line: "comments " + nameOf(n)}}
	if first, err := d.BeginComment(ctx, act); err != nil {
		return Answer{}, err
	} else if !first {
		return Answer{Card: cards.Card{Body: []cards.Text{cards.T("comments.begun")}, Buttons: look}}, nil
	}
	failed := do()
	e, _ := errors.AsType[*wechat.Error](failed)
	unclear := e != nil && e.Unclear()
	if failed != nil && !unclear {
		return Answer{}, failed
	}
	act.Once, act.Verb, act.Note = "", verb, note
	if unclear {
		act.Verb, what = "comment_unclear", cards.T("comments.unclear", "who", cards.User(call.Who.ID), "article", nameOf(n))
	}
	// It is done: whoever asked going away is no reason not to write it down.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	if err := d.NoteComment(ctx, act, what); err != nil {
		return Answer{}, err
	}
	if unclear {
		refusal := cards.Refuse("fault.comment_unclear")
		refusal.Buttons = look
		return Answer{}, refusal
	}
	return Answer{Card: cards.Card{Body: []cards.Text{what}, Buttons: look}}, nil
}
