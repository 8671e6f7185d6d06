package commands

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type scheduleArgs struct {
	Name ScheduleName `arg:"" name:"NAME" example:"morning-tea"`
	When []string     `arg:"" name:"WHEN" example:"every weekday at 9"`

	TZ      string  `name:"tz" placeholder:"ZONE" example:"Asia/Shanghai"`
	Channel string  `name:"channel" placeholder:"#CHANNEL"`
	Missed  *string `name:"missed" enum:"skip,once,ask"`
	Overlap *string `name:"overlap" enum:"wait,skip,together"`
	Until   string  `name:"until" placeholder:"DATE" example:"2027-01-01"`
	Approve *string `name:"approve" enum:"each"`
	Either  *string `name:"either" enum:"yes"`
	Line    string  `name:"line" required:"" inner:"" placeholder:"LINE" lines:"" example:"subscribe send TEMPLATE_ID to=OPENID thing1=\"Tea\""`
}

func scheduleAdd() *Command {
	return &Command{
		Path:  "schedule add",
		Role:  outbox.Sender,
		looks: true,
		Examples: []string{
			`schedule add morning-tea "every weekday at 9" -- subscribe send TEMPLATE_ID to=OPENID thing1="Tea is ready" date2="{{date}}"`,
			`schedule add month-end "0 18 28 * *" tz=Europe/Berlin missed=once -- subscribe send TEMPLATE_ID to=OPENID thing1="Hours" phrase2="{{weekday zh}}"`,
		},
		grammar: func() any { return new(scheduleArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			return askSchedule(ctx, b, call, args[0].(*scheduleArgs).draft(), 0)
		},
	}
}

func (a *scheduleArgs) draft() schedules.Draft {
	d := schedules.Draft{
		Name: string(a.Name), When: strings.Join(a.When, " "), Zone: a.TZ, Channel: a.Channel, Until: a.Until, Line: a.Line,
		Missed: orNone(a.Missed), Overlap: orNone(a.Overlap), Each: a.Approve != nil, Either: a.Either != nil,
	}
	if d.Missed == "" {
		d.Missed = "ask"
	}
	if d.Overlap == "" {
		d.Overlap = "wait"
	}
	return d
}

// askSchedule asks for a schedule, or for a change of the one that is edited.
func askSchedule(ctx context.Context, b *Book, call Call, d schedules.Draft, edited int64) (Answer, error) {
	var no *notAllowed
	if err := b.may(call.Who, outbox.Sender); errors.As(err, &no) {
		return Answer{}, b.refused(ctx, call, no)
	} else if err != nil {
		return Answer{}, err
	}
	if call.ByToken {
		inner := call
		inner.Line = d.Line
		plan, _ := b.plan(inner) // what else is wrong with it is told below
		if err := b.peopleOnly(ctx, call, plan); err != nil {
			return Answer{}, err
		}
	}
	var err error
	d.Owner = call.Who.ID
	if d.Channel, err = channelOf(d.Channel, call.Where.Channel); err != nil {
		return Answer{}, err
	}
	terms, spec, err := b.schedules.Read(d)
	if err != nil {
		return Answer{}, offerReadings(call, d, onEither(call, d, err))
	}
	terms.Schedule = edited
	names, err := checkInner(ctx, b, call, &terms, spec)
	if err != nil {
		return Answer{}, err
	}
	said, err := b.schedules.Ask(ctx, terms, outbox.Ask{Account: call.Account, Line: strings.TrimSpace(call.Line), Who: call.Who, Where: call.Where, Once: call.Once, Names: names})
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Request: said.N, Card: scheduleCard(b, terms, spec, call.Who.Zone)}
	if err := b.showContent(&answer.Card, call.Account, terms); err != nil {
		return Answer{}, err
	}
	if answer.Card.Lead.IsZero() {
		answer.Card.Body = append([]cards.Text{said.Text}, answer.Card.Body...)
	} else {
		answer.Card.Title = said.Text
	}
	if edited > 0 {
		answer.Card.Notes = append(answer.Card.Notes, cards.T("answer.schedule_edit"))
	}
	return answer, nil
}

// onEither offers to mean "on either" where days of month and of week are given.
func onEither(call Call, d schedules.Draft, err error) error {
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) || refusal.Code != cards.TwoDays {
		return err
	}
	head, inner := call.Line, ""
	words, lexErr := Lex(call.Line)
	if lexErr != nil {
		return err
	}
	for _, w := range words {
		if isDash(w) {
			head, inner = call.Line[:w.Start], call.Line[w.Start:]
			break
		}
	}
	line := strings.TrimSpace(strings.TrimSpace(head) + " either=yes " + inner)
	if len(line) <= maxButton {
		refusal.Buttons = []cards.Button{{Label: cards.T("answer.fire_either"), Line: line, Style: "primary"}}
	}
	return err
}

// offerReadings offers the line once for each thing that its words for "when" may mean.
func offerReadings(call Call, d schedules.Draft, err error) error {
	var uncertain *schedules.Uncertain
	if !errors.As(err, &uncertain) {
		return err
	}
	head, tail, found := cutWhen(call.Line, d.When)
	for _, r := range uncertain.Readings {
		if line := head + Quote(r.When) + tail; found && len(line) <= maxButton {
			uncertain.Buttons = append(uncertain.Buttons, cards.Button{Label: cards.T("answer.schedule_reading", "at", schedules.Shown(r.At, uncertain.Zone)), Line: line})
		}
	}
	return uncertain.Refusal
}

// cutWhen is what stands in a line before and after its words for "when", quoted or not.
func cutWhen(line, when string) (head, tail string, found bool) {
	words, err := Lex(line)
	if err != nil {
		return "", "", false
	}
	for i := range words {
		said := ""
		for j := i; j < len(words) && words[j].Key == "" && len(said) < len(when); j++ {
			if said = strings.TrimSpace(said + " " + words[j].Text); said == when {
				return line[:words[i].Start], line[words[j].End:], true
			}
		}
	}
	return "", "", false
}

// checkInner checks the line inside as it reads at the first fires by its words alone,
// prepares the first of them, notes its kind and audience, and returns what it calls by
// names.
func checkInner(ctx context.Context, b *Book, call Call, terms *schedules.Terms, spec schedules.Spec) (names []outbox.Name, err error) {
	fires := terms.Fires[:1]
	if schedules.HasPlaceholders(terms.Line) {
		fires = spec.Fires(b.now(), 31) // a long weekday may break a rule of WeChat's
	}
	for i, at := range fires {
		line, err := schedules.Fill(terms.Line, at, spec.Zone)
		if err != nil {
			return nil, atLine(err)
		}
		plan, err := b.plan(Call{Account: call.Account, Line: line, Who: call.Who, Where: call.Where})
		switch {
		case err != nil:
			return nil, refuseInner(call, terms.Line, err)
		case plan.Form != nil:
			return nil, atLine(cards.Refuse("fault.schedule_short", "line", cards.Code(snippet(line)), "usage", cards.Code(b.index.usage(plan.command))))
		case plan.Ask == nil:
			return nil, atLine(cards.Refuse("fault.schedule_line", "line", cards.Code(snippet(line))))
		}
		if i == 0 {
			if err := b.places.mayIn(ctx, Call{}, plan.command, terms.Channel); err != nil {
				return nil, refuseInner(call, terms.Line, err)
			}
			if err := b.sight.mayInner(ctx, call, line, plan, terms.Channel); err != nil {
				return nil, refuseInner(call, terms.Line, err)
			}
			if err := b.prepare(ctx, Call{Account: call.Account, Line: line, Who: call.Who, Form: true}, plan); err != nil {
				return nil, refuseInner(call, terms.Line, err)
			}
			look, err := b.outbox.Look(ctx, *plan.Ask)
			if err == nil && terms.Cron != "" && plan.command.recurs != nil {
				err = plan.command.recurs(plan.Ask.Payload)
			}
			if err != nil {
				return nil, refuseInner(call, terms.Line, err)
			}
			terms.Preview, terms.Kind, terms.Size, terms.Payload, terms.To, terms.List, terms.Kept = line, plan.Ask.Kind, look.Size, look.Payload, plan.Ask.Recipients, look.List, look.Kept
			names = look.Names
		}
	}
	return names, nil
}

func atLine(err error) error {
	var refusal *cards.Refusal
	if errors.As(err, &refusal) {
		refusal.Field = "line"
	}
	return err
}

// refuseInner tells what is wrong with the line inside. A corrected one is offered with
// the schedule around it.
func refuseInner(call Call, inner string, err error) error {
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	outer := &cards.Refusal{Text: cards.T("fault.schedule_inner", "why", refusal.Text), Field: "line"}
	head, _ := strings.CutSuffix(call.Line, inner)
	if head == call.Line || schedules.HasPlaceholders(inner) {
		return outer
	}
	for _, button := range refusal.Buttons {
		if button.Line = head + button.Line; len(button.Line) <= maxButton {
			outer.Buttons = append(outer.Buttons, button)
		}
	}
	return outer
}

var (
	channelLink = regexp.MustCompile(`^<#([CGD][A-Z0-9_]+)(?:\|[^>]*)?>$`)
	channelID   = regexp.MustCompile(`^[CGD][A-Z0-9_]{2,}$`)
)

// channelOf reads the link that Slack makes of #channel, or an id.
func channelOf(said, here string) (string, error) {
	said = strings.TrimSpace(said)
	if m := channelLink.FindStringSubmatch(said); m != nil {
		return m[1], nil
	}
	switch {
	case said == "":
		return here, nil
	case channelID.MatchString(said):
		return said, nil
	}
	refusal := cards.Refuse("fault.channel", "channel", cards.Code(said))
	refusal.Field = "channel"
	return "", refusal
}
