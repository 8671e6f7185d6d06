package commands

import (
	"context"
	"errors"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// asking completes a command that reads something of WeChat and shows it.
func asking(c Command, read func(ctx context.Context, b *Book, args any) (cards.Card, error)) *Command {
	c.Role, c.looks = outbox.Sender, true
	c.do = func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
		var no *notAllowed
		if err := b.may(call.Who, c.Role); errors.As(err, &no) {
			return Answer{}, b.refused(ctx, call, no)
		} else if err != nil {
			return Answer{}, err
		}
		ctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		card, err := read(ctx, b, args[0])
		return Answer{Card: card}, sayAgain(call, unread(ctx, err))
	}
	return &c
}

// unread refuses a line because WeChat did not answer in time, or refused itself.
func unread(ctx context.Context, err error) error {
	if _, refused := errors.AsType[*cards.Refusal](err); err == nil || refused {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return &passing{cards.Refuse("fault.wechat_slow")}
	}
	var said interface{ Explain() cards.Text }
	if !errors.As(explain(err), &said) {
		return err
	}
	refusal := &cards.Refusal{Text: said.Explain()}
	if failed, ok := errors.AsType[*wechat.Error](err); ok {
		if _, again := failed.RetryAfter(); again || failed.Unclear() || failed.NotSent() {
			return &passing{refusal}
		}
	}
	return refusal
}

// whyUnread is the same in few words, for one of several questions.
func whyUnread(ctx context.Context, err error) cards.Text {
	var refusal *cards.Refusal
	if errors.As(unread(ctx, err), &refusal) {
		return refusal.Text
	}
	return cards.Plain(err.Error())
}

// day is a moment that WeChat gave, or nothing.
func day(at time.Time) cards.Text {
	if at.IsZero() {
		return cards.Plain("–")
	}
	return cards.T("answer.time", "at", at)
}

// titles are the titles of a piece of news.
func titles(items []wechat.NewsItem) cards.Text {
	all := make([]cards.Text, len(items))
	for i, item := range items {
		all[i] = cards.T("answer.title", "title", item.Title)
	}
	return cards.T("answer.titles", "titles", all)
}

// more is a button that shows the next part of a listing.
func more(line string) []cards.Button {
	return []cards.Button{{Label: cards.T("answer.more"), Line: line}}
}
