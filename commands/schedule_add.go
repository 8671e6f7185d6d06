package commands

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

type scheduleArgs struct {
	Name string   `arg:"" name:"NAME" example:"morning-tea"`
	When []string `arg:"" name:"WHEN" sep:"none" example:"every weekday at 9"`

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
		Path: "schedule add",
		Role: outbox.Sender,
		Examples: []string{
			`schedule add morning-tea "every weekday at 9" -- subscribe send TEMPLATE_ID to=OPENID thing1="Tea is ready" date2="{{date}}"`,
			`schedule add month-end "0 18 28 * *" tz=Europe/Berlin missed=once -- subscribe send TEMPLATE_ID to=OPENID thing1="Hours" phrase2="{{weekday zh}}"`,
		},
		grammar: func() any { return new(scheduleArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			return b.askSchedule(ctx, call, args[0].(*scheduleArgs).draft(), 0)
		},
	}
}

func (a *scheduleArgs) draft() schedules.Draft {
	d := schedules.Draft{
		Name: a.Name, When: strings.Join(a.When, " "), Zone: a.TZ, Channel: a.Channel, Until: a.Until, Line: a.Line,
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
func (b *Book) askSchedule(ctx context.Context, call Call, d schedules.Draft, edited int64) (Answer, error) {
	var no *notAllowed
	if err := b.may(call.Who, outbox.Sender); errors.As(err, &no) {
		return Answer{}, b.refused(ctx, call, no)
	} else if err != nil {
		return Answer{}, err
	}
	var err error
	d.Owner = call.Who.ID
	if d.Channel, err = channelOf(d.Channel, call.Where.Channel); err != nil {
		return Answer{}, err
	}
	terms, spec, err := b.schedules.Read(d)
	if err != nil {
		return Answer{}, onEither(call, d, err)
	}
	terms.Schedule = edited
	if err := b.checkInner(call, &terms, spec); err != nil {
		return Answer{}, err
	}
	said, err := b.schedules.Ask(ctx, terms, outbox.Ask{Line: strings.TrimSpace(call.Line), Who: call.Who, Where: call.Where, Once: call.Once})
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Request: said.N, Card: b.scheduleCard(terms, spec, call.Who.Zone)}
	answer.Card.Body = append([]cards.Text{said.Text}, answer.Card.Body...)
	if edited > 0 {
		answer.Card.Notes = append(answer.Card.Notes, cards.T("answer.schedule_edit"))
	}
	return answer, nil
}

// onEither offers to mean "on either" where days of month and of week are given.
func onEither(call Call, d schedules.Draft, err error) error {
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) || refusal.Text.Key != "fault.spec_both" {
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

// checkInner checks the line inside as it reads at the first fires, and notes its kind
// and audience.
func (b *Book) checkInner(call Call, terms *schedules.Terms, spec schedules.Spec) error {
	fires := terms.Fires[:1]
	if schedules.HasPlaceholders(terms.Line) {
		fires = spec.Fires(b.now(), 31) // a long weekday may break a rule of WeChat's
	}
	for i, at := range fires {
		line, err := schedules.Fill(terms.Line, at, spec.Zone)
		if err != nil {
			return atLine(err)
		}
		plan, err := b.plan(Call{Line: line, Who: call.Who, Where: call.Where})
		switch {
		case err != nil:
			return b.refuseInner(call, terms.Line, err)
		case plan.Form != nil:
			return atLine(cards.Refuse("fault.schedule_short", "line", cards.Code(snippet(line)), "usage", cards.Code(b.usage(plan.command))))
		case plan.Ask == nil:
			return atLine(cards.Refuse("fault.schedule_line", "line", cards.Code(snippet(line))))
		}
		if i == 0 {
			reached, err := b.outbox.Reaches(context.Background(), *plan.Ask)
			if err != nil {
				return b.refuseInner(call, terms.Line, err)
			}
			terms.Preview, terms.Kind, terms.Size = line, plan.Ask.Kind, max(1, reached)
		}
	}
	return nil
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
func (b *Book) refuseInner(call Call, inner string, err error) error {
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

// scheduleCard says what was understood: when it fires, in the schedule's zone and the
// reader's, the line as it will look, and what may surprise.
func (b *Book) scheduleCard(terms schedules.Terms, spec schedules.Spec, reader string) cards.Card {
	fires := terms.Fires
	if next := spec.Fires(b.now(), 5); len(next) > 0 {
		fires = next
	}
	card := cards.Card{Body: []cards.Text{
		cards.T("answer.schedule_understood", "name", cards.Code(terms.Name), "typed", cards.Code(terms.Typed), "words", spec.Describe(), "zone", cards.Code(terms.Zone)),
		lines(fireTexts(fires, spec.Zone, reader)),
		cards.T("answer.schedule_line", "line", cards.Code(terms.Preview), "count", terms.Size),
	}}
	if terms.Cron != "" {
		card.Notes = append(card.Notes, cards.T("answer.schedule_cron", "cron", cards.Code(terms.Cron)))
	}
	for _, odd := range spec.Oddities(b.now(), 6) {
		key := cards.T("answer.schedule_repeat", "wall", odd.Wall.Format("2006-01-02 15:04"), "at", schedules.ShownBoth(odd.At, spec.Zone, reader))
		if odd.Skipped {
			key = cards.T("answer.schedule_gap", "wall", odd.Wall.Format("2006-01-02 15:04"), "at", schedules.ShownBoth(odd.At, spec.Zone, reader))
		}
		card.Body = append(card.Body, key)
	}
	if b.schedules != nil {
		for _, at := range fires {
			if end := b.schedules.Quiet.End(at, b.schedules.Zone); !end.IsZero() {
				card.Body = append(card.Body, cards.T("answer.schedule_quiet", "hours", cards.Code(b.schedules.Quiet.String()), "at", schedules.ShownBoth(at, spec.Zone, reader), "missed", cards.Code("missed="+terms.Missed)))
				break
			}
		}
		if terms.Each {
			card.Body = append(card.Body, cards.T("answer.schedule_each", "lead", schedules.Span(b.schedules.Lead)))
		}
	}
	return card
}

// fireTexts are instants, a line each.
func fireTexts(fires []time.Time, zone *time.Location, reader string) []cards.Text {
	texts := make([]cards.Text, len(fires))
	for i, at := range fires {
		texts[i] = cards.T("answer.schedule_fire", "at", schedules.ShownBoth(at, zone, reader))
	}
	return texts
}
