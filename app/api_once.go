package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/commands"
	"magpie/journal"
	"magpie/outbox"
	"magpie/store"
)

const (
	// keepWithin is how long keeping an answer may take: the line is done by then.
	keepWithin = 2 * time.Second
	// answerWithin is how long the answer of a line is waited for that another call has begun.
	answerWithin = time.Second
)

// sayOnce says a line that a program calls once: what it does claims the key in its own
// transaction, so that no crash has it done twice.
func (a *api) sayOnce(ctx context.Context, call commands.Call, account, channel string) (outbox.APIAnswer, error) {
	// A program hears the same again, whatever its line would come to by now.
	if before, known, err := a.before(ctx, call); known || err != nil {
		return before, err
	}
	mine := rand.Text()
	answer, err := a.sayLine(journal.Claiming(ctx, a.outbox.ClaimAPI(call.Once, mine)), call, account, channel)
	if errors.Is(err, outbox.ErrAPIClaimed) {
		before, known, err := a.before(ctx, call)
		if !known && err == nil {
			err = cards.Refuse("fault.not_accepted").WithCode(cards.NotAccepted) // it came to nothing there
		}
		return before, err
	}
	if refusal := (*cards.Refusal)(nil); errors.As(err, &refusal) && !journal.NotAccepted(err) {
		return answer, errors.Join(err, a.unclaim(ctx, call.Once, mine))
	}
	if err != nil {
		return answer, err
	}
	return a.keep(ctx, call.Once, answer)
}

// before is what a line was answered that was said before. Of one whose process ended before it
// had answered, it is what is on record of it; the same from then on.
func (a *api) before(ctx context.Context, call commands.Call) (answer outbox.APIAnswer, known bool, err error) {
	for until := time.Now().Add(answerWithin); ; {
		if answer, known, err = a.outbox.APIAnswered(ctx, call.Once); err != nil || !known || !answer.Lost {
			return answer, known, err
		}
		if !time.Now().Before(until) {
			break
		}
		select { // another call may be about to answer
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return answer, false, ctx.Err()
		}
	}
	said := answer.Said
	if said.IsZero() {
		said = cards.T("answer.token_lost")
	}
	answer.Text = a.words.Text(cards.Card{Body: []cards.Text{said}}, call.Who.Lang, call.Who.Zone)
	answer, err = a.keep(ctx, call.Once, answer)
	return answer, true, err
}

func (a *api) keep(ctx context.Context, once string, answer outbox.APIAnswer) (outbox.APIAnswer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	answer, err := a.outbox.KeepAPIAnswer(ctx, once, answer)
	if err != nil {
		a.log.Warn("what a program was answered is not kept", "error", err)
		err = fmt.Errorf("%w: %w", store.ErrUnknown, err) // said again it is answered by what is on record
	}
	return answer, err
}

func (a *api) unclaim(ctx context.Context, once, mine string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	return a.outbox.UnclaimAPI(ctx, once, mine)
}

// sayLine says a line as its token's owner.
func (a *api) sayLine(ctx context.Context, call commands.Call, account, channel string) (answer outbox.APIAnswer, err error) {
	if call.Account, err = a.appID(account); err != nil {
		return answer, err
	}
	if call.Where, err = a.book.SpeaksIn(ctx, call.Who, channel); err != nil {
		return answer, err
	}
	said, err := a.book.Run(ctx, call)
	a.homes.Acted()
	if err != nil {
		return answer, err
	}
	return outbox.APIAnswer{Request: said.Request, Text: a.words.Text(said.Card, call.Who.Lang, call.Who.Zone)}, nil
}
