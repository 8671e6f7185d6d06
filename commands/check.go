package commands

import (
	"context"
	"errors"
	"strings"

	"magpie/cards"
	"magpie/outbox"
)

type checkArgs struct {
	Line string `name:"line" required:"" tail:"" placeholder:"LINE" lines:"" example:"subscribe send TEMPLATE_ID to=OPENID thing1=\"Tea\""`
}

// check tells what a line would meet. Nothing is asked.
func check() *Command {
	return &Command{
		Path:     "check",
		Role:     outbox.Everyone,
		Examples: []string{`check subscribe send TEMPLATE_ID to=OPENID thing1="Tea"`},
		looks:    true,
		grammar:  func() any { return new(checkArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			call.Line = args[0].(*checkArgs).Line
			card, err := b.Check(ctx, call)
			if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
				for i, button := range refusal.Buttons {
					if !strings.HasPrefix(button.Line, "help ") {
						refusal.Buttons[i].Line = "check " + button.Line
					}
				}
			}
			return Answer{Card: card}, err
		},
	}
}

// Check is what a line would meet if it were said now: nothing is asked, and nothing changes
// at WeChat. It refuses as Run does, but for the person's role, which the card tells.
func (b *Book) Check(ctx context.Context, call Call) (cards.Card, error) {
	call, err := b.usually(ctx, call)
	if err != nil {
		return cards.Card{}, err
	}
	call.checks = true
	plan, err := b.plan(call)
	if a, ok := inside[*changeArgs](plan, err); ok && a.Line != "" {
		if err := b.sight.mayNamed(ctx, call, plan); err != nil {
			return cards.Card{}, err
		}
		if call, err = b.insteadOf(ctx, call, a); err != nil {
			return cards.Card{}, err
		}
		plan, err = b.plan(call)
	}
	if a, ok := inside[*sayArgs](plan, err); ok {
		if call, err = checkSaying(ctx, b, call, a); err != nil {
			return cards.Card{}, err
		}
		plan, err = b.plan(call)
	}
	call.Account, b = plan.account, b.on(plan.account)
	switch {
	case err != nil:
		return cards.Card{}, err
	case plan.Form != nil:
		return cards.Card{}, lacks(plan.Form)
	}
	if err := b.sight.mayPlanned(ctx, call, plan); err != nil {
		return cards.Card{}, err
	}
	if plan.Ask == nil {
		return cards.Card{Title: cards.T("check.title"), Body: []cards.Text{cards.T("check.asks_nothing", "line", cards.Code(b.index.said(plan.Command))), mayText(b.roles, call, plan.Role)}}, nil
	}
	if err := b.prepare(ctx, call, plan); err != nil {
		return cards.Card{}, err
	}
	asking, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	c, err := b.outbox.Check(asking, *plan.Ask)
	if err != nil {
		atPeople(err, plan)
		return cards.Card{}, err
	}
	return checkedCard(b, call, plan, c), nil
}

// checkSaying is the line that is said by a saved one's name, to be checked.
func checkSaying(ctx context.Context, b *Book, call Call, a *sayArgs) (Call, error) {
	inner, _, form, err := b.saying(ctx, call, a)
	if form != nil {
		err = lacks(form)
	}
	return inner, err
}

// inside are the arguments of a planned line, where it is of the command that has them.
func inside[G any](plan Plan, err error) (args G, ok bool) {
	if err != nil || len(plan.args) != 1 {
		return args, false
	}
	args, ok = plan.args[0].(G)
	return args, ok
}

// checkedCard shows what a line would meet.
func checkedCard(b *Book, call Call, plan Plan, c outbox.Checked) cards.Card {
	ask := plan.Ask
	card := cards.Card{
		Account: ask.Account, Title: cards.T("check.title"), Body: append([]cards.Text{cards.T("check.nothing_asked"), mayText(b.roles, call, plan.Role)}, c.Head...),
		Face: c.Face, Buttons: c.Preview, Notes: c.Notes,
	}
	if len(c.Face.Lines) == 0 {
		card.Content = c.Content
	}
	field := func(label, value cards.Text) {
		card.Fields = append(card.Fields, cards.Field{Label: label, Value: value})
	}
	field(cards.T("check.kind"), cards.T("kind."+ask.Kind))
	field(cards.T("check.account"), b.Title(ask.Account))
	switch {
	case c.List != nil: // the fields below have it
	case len(ask.Recipients) > 0:
		field(cards.T("check.to"), cards.T("check.recipients", "count", len(ask.Recipients), "first", cards.Code(ask.Recipients[0])))
	default:
		field(cards.T("check.to"), cards.T("check.reached", "count", c.Size))
	}
	card.Fields = append(card.Fields, c.Fields...)
	switch need := c.Need; {
	case need.People == 0:
		field(cards.T("check.approvals"), cards.T("check.approvals_none"))
	case len(need.Sets) > 0:
		field(cards.T("check.approvals"), cards.T("check.approvals_sets", "sets", need.Text(mentions(b.outbox.Mention))))
	default:
		field(cards.T("check.approvals"), cards.T("check.approvals_needed", "count", need.People, "who", mentions(b.outbox.Mention)))
	}
	switch q := c.Quota; {
	case q == nil:
		field(cards.T("check.limits"), cards.T("check.within"))
	case q.Left < c.Size:
		field(cards.T("check.limits"), cards.T("check.within_short", "left", q.Left, "limit", q.Limit, "size", c.Size))
	default:
		field(cards.T("check.limits"), cards.T("check.within_left", "left", q.Left, "limit", q.Limit, "size", c.Size))
	}
	return card
}

// mayText says whether somebody may ask for what has a role.
func mayText(roles RoleNames, call Call, role outbox.Role) cards.Text {
	err := roles.May(call.Who, role)
	if refusal, ok := errors.AsType[*cards.Refusal](err); ok {
		return cards.T("check.may_not", "why", refusal.Text)
	}
	return cards.T("check.may")
}

// lacks refuses a line that a form would ask for more.
func lacks(form *cards.Form) *cards.Refusal {
	var names []cards.Text
	refusal := &cards.Refusal{}
	for _, in := range form.Inputs {
		if in.Required {
			names = append(names, in.Label)
			refusal.Faults = append(refusal.Faults, cards.Fault{Field: in.Key, Text: cards.T("check.lacks_one", "name", in.Label)})
		}
	}
	refusal.Text = cards.T("check.lacks", "count", len(names), "names", names)
	return refusal
}
