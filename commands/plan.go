package commands

import (
	"errors"
	"strings"
	"unicode/utf8"

	"magpie/cards"
)

// plan looks the line up, checks the role, then the arguments.
func (b *Book) plan(call Call) (Plan, error) {
	// PostgreSQL keeps neither in a text, SQLite both: they are refused alike.
	if strings.ContainsRune(call.Line, 0) || !utf8.ValidString(call.Line) {
		return Plan{}, cards.Refuse("fault.nul")
	}
	words, err := Lex(call.Line)
	if err != nil {
		if c, _ := b.index.find(b.index.withoutCommand(words)); c == nil || len(words) == 0 {
			if plan, plain := b.served.plainPlan(call, words); plain {
				return plan, nil
			}
		}
		return Plan{}, b.refuseLex(call, words, err)
	}
	words = b.index.withoutCommand(words)
	c, rest := b.index.find(words)
	if c == nil {
		if f, is := familyNamed(pathWord(words, 0)); is && len(words) == 1 {
			return b.index.helpPlan(strings.TrimPrefix(f.name, "help")), nil // of help alone, the families
		}
		if plan, plain := b.served.plainPlan(call, words); plain {
			return plan, nil
		}
		return Plan{}, b.unknownPath(call, words)
	}
	plan := Plan{Command: c.Path, Role: c.Role, command: c}
	if asksHelp(rest) {
		return b.index.helpPlan(c.Path), nil
	}
	b, rest, choose, err := b.whose(&call, c, rest)
	if err != nil {
		return Plan{}, err
	}
	plan.account, plan.named = call.Account, call.named
	rest = c.withTail(c.withInner(rest, call.Line), call.Line)
	plan.names = b.templates.nicknamesIn(c, rest)
	rest = b.templates.translate(c, rest)
	if c.ask != nil && !call.checks {
		if err := b.may(call.Who, c.Role); err != nil {
			return plan, err
		}
	}
	if len(rest) == 0 && c.needs() {
		plan.Form = c.form(c.Path, nil)
		plan.Form.Inputs = append(accountInput(choose, plan.account), plan.Form.Inputs...)
		return plan, nil
	}
	var faults []fault
	plan.args, faults, err = c.parse(rest)
	if err != nil {
		return plan, err
	}
	if of := unknownTemplate(b, c, rest); len(of) > 0 {
		faults = of // which fields there are is its to say
	}
	if only := missingOnly(faults); c.Asks && len(only) > 0 {
		if err := b.may(call.Who, c.Role); err != nil && !call.checks && !(c.Voices && b.outbox != nil && b.outbox.HasVoice(call.Who)) {
			return plan, err
		}
		plan.Form = c.form(strings.TrimSpace(call.Line), only)
		return plan, nil
	}
	if t, _, known := b.templates.inLine(c, rest); known && len(t.Fields) > 0 && !call.Form && len(missingOnly(faults)) > 0 {
		plan.Form = c.templateForm(strings.TrimSpace(call.Line), t, rest, missingOnly(faults))
		return plan, nil
	}
	if len(faults) > 0 {
		return plan, b.refuse(c, call, faults)
	}
	return b.planAsk(plan, call)
}

// planAsk completes a plan whose words are in order.
func (b *Book) planAsk(plan Plan, call Call) (Plan, error) {
	c := plan.command
	if c.ask == nil {
		return plan, nil
	}
	ask, err := c.ask(b, plan.args)
	if errors.Is(err, errNothingToAsk) {
		return plan, nil
	}
	if faults := fieldFaults(c, err); len(faults) > 0 {
		return plan, b.refuse(c, call, faults)
	}
	if err != nil {
		return plan, err
	}
	ask.Account, ask.Line, ask.Who, ask.Where, ask.Once = call.Account, strings.TrimSpace(call.Line), call.Who, call.Where, call.Once
	ask.Due, ask.Until, ask.Grant, ask.Anyway = call.Due, call.Until, call.Grant, call.Anyway
	ask.Names = append(ask.Names, plan.names...)
	ask.Granted, ask.Note, ask.With = call.Granted, call.Note, ask.With.And(call.With)
	ask.Grace, ask.Behind = call.Grace, call.Behind
	if call.instead != nil {
		ask.Instead, ask.Where = call.instead.N, call.instead.Where
	}
	plan.Ask = &ask
	return plan, nil
}

// errNothingToAsk says that a line asks nothing of WeChat and is done at once.
var errNothingToAsk = errors.New("nothing is asked of WeChat")
