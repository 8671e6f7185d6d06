package commands

import (
	"context"
	"errors"
	"slices"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type whoMayArgs struct {
	Line string `name:"line" required:"" tail:"" placeholder:"LINE" lines:"" example:"mass send MEDIA_ID tag=2"`
}

// whoMay says who may ask for a line and who must approve it. Nothing is asked.
func whoMay() *Command {
	return &Command{
		Path:     "who may",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`who may mass send MEDIA_ID tag=2`, `who may subscribe send TEMPLATE_ID to=@vip thing1="Tea"`},
		grammar:  func() any { return new(whoMayArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			line := args[0].(*whoMayArgs).Line
			card, err := whoMayCard(ctx, b, Call{Line: line, Who: call.Who, Where: call.Where, usual: call.usual, checks: true})
			return Answer{Card: card}, asked("who may ", err)
		},
	}
}

// asked has the buttons of a refusal go on asking, where they would say the line itself.
func asked(before string, err error) error {
	refusal, ok := errors.AsType[*cards.Refusal](err)
	if !ok {
		return err
	}
	refusal.Buttons = slices.DeleteFunc(slices.Clone(refusal.Buttons), func(b cards.Button) bool { return len(before+b.Line) > maxButton })
	for i := range refusal.Buttons {
		refusal.Buttons[i].Line = before + refusal.Buttons[i].Line
	}
	return err
}

// demand is what a line would ask for, as far as it can be told.
type demand struct {
	account, kind string
	size          int           // 0: it cannot be told
	least         outbox.Quorum // whatever the policy says
}

func whoMayCard(ctx context.Context, b *Book, call Call) (cards.Card, error) {
	words, err := Lex(call.Line)
	if err != nil {
		return cards.Card{}, b.refuseLex(call, words, err)
	}
	words = b.index.withoutCommand(words)
	c, rest := b.index.find(words)
	if c == nil {
		return cards.Card{}, b.unknownPath(call, words)
	}
	if c.Path == "say" {
		if saved, err := saidBy(ctx, b, call); err != nil {
			return cards.Card{}, err
		} else if saved != "" {
			call.Line = saved
			return whoMayCard(ctx, b, call)
		}
	}
	card := cards.Card{
		Title: cards.T("who_may.title", "line", cards.Code(b.index.command+" "+c.Path)),
		Body:  []cards.Text{cards.T("who_may.ask", "who", mayAsk(b.roles, c.Role))},
	}
	if err := b.roles.May(call.Who, c.Role); err != nil {
		refusal, ok := errors.AsType[*cards.Refusal](err)
		if !ok {
			return card, err
		}
		card.Body = append(card.Body, cards.T("who_may.not_you", "why", refusal.Text))
	} else {
		card.Body = append(card.Body, cards.T("who_may.you"))
	}
	d, err := demandOf(ctx, b, call, c, rest)
	if err != nil {
		return card, err
	}
	if d.kind == "" {
		card.Body = append(card.Body, cards.T("who_may.at_once"))
		return card, nil
	}
	card.Body = append(card.Body, whoApproves(b, d)...)
	return card, nil
}

// saidBy is the saved line that a line says; with its blanks, where not all have a value.
func saidBy(ctx context.Context, b *Book, call Call) (string, error) {
	plan, err := b.plan(call)
	a, ok := inside[*sayArgs](plan, err)
	if !ok {
		return "", nil
	}
	inner, _, form, err := b.saying(ctx, call, a)
	if form == nil || err != nil {
		return inner.Line, err
	}
	saved, err := b.outbox.SavedLine(ctx, string(a.Name))
	return saved.Line, err
}

// mayAsk names those who have a role.
func mayAsk(roles RoleNames, role outbox.Role) cards.Text {
	names := roles.Names(role)
	switch {
	case role == outbox.Everyone:
		return cards.T("who_may.everybody")
	case len(names) == 0:
		return cards.T("who_may.members")
	}
	return cards.T("who_may.these", "who", mentions(names))
}

// whoApproves says who must approve what a line asks for, and who from which size on.
func whoApproves(b *Book, d demand) []cards.Text {
	approvers := mentions(b.roles.Names(outbox.Approver))
	need := d.least.Or(b.outbox.Needs(d.account, d.kind, max(1, d.size)))
	who := need.Text(approvers)
	switch {
	case d.size > 1 && need.People == 0:
		return []cards.Text{cards.T("who_may.approve_size_nobody", "count", d.size)}
	case d.size > 1:
		return []cards.Text{cards.T("who_may.approve_size", "who", who, "count", d.size)}
	}
	texts := []cards.Text{cards.T("who_may.approve", "who", who)}
	if need.People == 0 {
		texts[0] = cards.T("who_may.approve_nobody")
	}
	if d.size > 0 {
		return texts
	}
	for _, over := range b.outbox.Policy.Thresholds(d.account, d.kind) {
		if above := d.least.Or(b.outbox.Needs(d.account, d.kind, over+1)); !need.Covers(above) {
			texts = append(texts, cards.T("who_may.approve_over", "who", above.Text(approvers), "count", over))
		}
	}
	return texts
}

// otherKinds are the kinds of commands that are called otherwise.
var otherKinds = map[string]string{"preview": "mass.preview", "qrcode": "qrcode.create", "schedule once": schedules.Kind, "schedule edit": schedules.Kind}

// demandOf is what a line would ask for. One that cannot be said so is judged by its command
// alone.
func demandOf(ctx context.Context, b *Book, call Call, c *Command, rest []Word) (demand, error) {
	kind := otherKinds[c.Path]
	if kind == "" && slices.Contains(KindNames, c.dotted()) {
		kind = c.dotted()
	}
	d := demand{account: b.account, kind: kind}
	if len(rest) == 0 || kind == "" {
		return d, nil
	}
	if kind == schedules.Kind {
		return demandOfSchedule(ctx, b, call, d, rest)
	}
	plan, err := b.plan(call)
	if err != nil && plan.account == "" && len(b.served.accounts) > 1 {
		return d, err // which account is to be said
	}
	if plan.account != "" {
		d.account = plan.account
	}
	if err != nil || plan.Ask == nil {
		return d, nil
	}
	return sizeOf(ctx, b.on(plan.account), call, plan, d)
}

// demandOfSchedule is what a schedule asks for: as much as the line inside.
func demandOfSchedule(ctx context.Context, b *Book, call Call, d demand, rest []Word) (demand, error) {
	at := slices.IndexFunc(rest, isDash)
	d.size = 1
	if at < 0 {
		return d, nil
	}
	inner := call
	inner.Line = call.Line[rest[at].End:]
	words, err := Lex(inner.Line)
	if err != nil {
		return d, nil
	}
	c, rest := b.index.find(b.index.withoutCommand(words))
	if c == nil || otherKinds[c.Path] == schedules.Kind || c.dotted() == schedules.Kind {
		return d, nil
	}
	of, err := demandOf(ctx, b, inner, c, rest)
	if err != nil || of.kind == "" {
		return d, err
	}
	d.account, d.least = of.account, b.outbox.Needs(of.account, of.kind, max(1, of.size))
	return d, nil
}

// sizeOf looks up how many a planned line reaches, where whoever asks may see whom.
func sizeOf(ctx context.Context, b *Book, call Call, plan Plan, d demand) (demand, error) {
	call.Form = true
	if err := b.sight.mayNamed(ctx, call, plan); err != nil {
		return d, err
	}
	if err := b.prepare(ctx, call, plan); err != nil {
		return d, nil // what it would meet, its own answer says
	}
	d.kind = plan.Ask.Kind
	if look, err := b.outbox.Look(ctx, *plan.Ask); err == nil {
		d.size = look.Size
	}
	return d, nil
}
