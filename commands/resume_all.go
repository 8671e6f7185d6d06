package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

// resumeAll lets everything go on and lists what was held: an admin's.
func resumeAll() *Command {
	return &Command{
		Path:     "resume-all",
		Role:     outbox.Admin,
		Examples: []string{`resume-all`},
		grammar:  func() any { return new(struct{}) },
		do: func(ctx context.Context, b *Book, call Call, _ []any) (Answer, error) {
			of := b.outbox.Accounts
			if call.named != "" {
				of = outbox.Accounts{call.named}
			}
			held, err := b.schedules.HeldBack(ctx, of)
			if err != nil {
				return Answer{}, err
			}
			said, err := b.outbox.ResumeAll(ctx, pressAll(b.served, call))
			if err != nil {
				return Answer{}, err
			}
			out, err := answer(said, err)
			running, _, readErr := b.outbox.Running(ctx)
			if readErr != nil {
				return out, nil // it goes on; what was held is told by its schedules
			}
			for _, one := range held {
				if !running.Serve(one.Account) {
					continue // another hold stands
				}
				out.Card.Body = append(out.Card.Body, cards.T("answer.resumed_schedule", "name", cards.Code(one.Name), "at", nextOf(one, call.Who.Zone), "missed", schedules.MissedText(one.Terms.Missed)))
			}
			return out, err
		},
	}
}
