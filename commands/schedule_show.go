package commands

import (
	"context"

	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

func scheduleShow() *Command {
	return ofSchedule("schedule show", outbox.Everyone, func(ctx context.Context, b *Book, call Call, one schedules.Schedule) (cards.Card, error) {
		spec, err := one.Terms.Spec()
		if err != nil {
			return cards.Card{}, err
		}
		terms := one.Terms
		if line, err := schedules.Fill(terms.Line, one.Next, spec.Zone); err == nil && !one.Next.IsZero() {
			terms.Preview = line // as it reads at the next fire
		}
		card := scheduleCard(b, terms, spec, call.Who.Zone)
		card.Title = cards.T("answer.schedule_title", "name", one.Name)
		field := func(label, value cards.Text) {
			card.Fields = append(card.Fields, cards.Field{Label: label, Value: value})
		}
		field(cards.T("answer.schedule_state"), scheduleState(one))
		field(cards.T("answer.schedule_next"), nextOf(one, call.Who.Zone))
		field(cards.T("answer.schedule_owner"), cards.T("answer.schedule_who", "who", cards.User(one.Owner)))
		field(cards.T("answer.schedule_channel"), cards.T("answer.schedule_in", "channel", cards.Channel(one.Channel)))
		field(cards.T("answer.schedule_zone_data"), zoneDataOf(zones.Current()))
		field(cards.T("answer.schedule_missed"), schedules.MissedText(one.Terms.Missed))
		if one.Terms.Cron != "" {
			field(cards.T("answer.schedule_overlap"), schedules.OverlapText(one.Terms.Overlap))
		}
		paused, err := b.schedules.Paused(ctx, one)
		if err != nil {
			return cards.Card{}, err
		}
		if paused != nil {
			field(cards.T("answer.schedule_paused_by"), paused.Text())
		}
		later := int64(0) // content that was approved at a fire stands in its own request
		if one.Version > 0 {
			if later, err = approvedFields(ctx, b, one.Version, field); err != nil {
				return cards.Card{}, err
			}
		}
		if later == 0 {
			if err := b.showContent(&card, one.Account, one.Terms); err != nil {
				return cards.Card{}, err
			}
		}
		if one.Pending > 0 {
			field(cards.T("answer.schedule_waits"), cards.Code(b.index.said("show "+number(one.Pending))))
		}
		card.Content = []cards.Content{{Label: "line", Name: "terms.line", Text: one.Terms.Line}}
		button := func(label cards.Text, verb string) {
			card.Buttons = append(card.Buttons, cards.Button{Label: label, Line: "schedule " + verb + " " + one.Name})
		}
		switch one.State {
		case schedules.Active:
			button(cards.T("answer.button_pause"), "pause")
			button(cards.T("answer.button_run"), "run")
		case schedules.Paused:
			button(cards.T("answer.button_resume"), "resume")
			button(cards.T("answer.button_run"), "run")
		}
		button(cards.T("answer.button_history"), "history")
		return card, nil
	})
}

// approvedFields name who approved a schedule, and its content since, and when. later is the
// request of that content, 0 where there is none.
func approvedFields(ctx context.Context, b *Book, version int64, field func(label, value cards.Text)) (later int64, err error) {
	by := func(label cards.Text, n int64) error {
		all, err := b.outbox.Approvals(ctx, n)
		if err != nil {
			return err
		}
		line := cards.Code(b.index.said("show " + number(n)))
		if len(all) == 0 { // the policy asked for none
			field(label, line)
			return nil
		}
		texts := make([]cards.Text, len(all))
		for i, a := range all {
			texts[i] = cards.T("answer.schedule_by", "who", cards.User(a.Who), "at", a.At)
		}
		field(label, cards.T("answer.schedule_approved_by", "by", texts, "line", line))
		return nil
	}
	if err := by(cards.T("answer.schedule_approved"), version); err != nil {
		return 0, err
	}
	later, err = b.outbox.ApprovedAnew(ctx, version)
	if err != nil || later == 0 {
		return 0, err
	}
	return later, by(cards.T("answer.schedule_content_approved"), later)
}

// zoneDataOf names the release of zone data that schedules go by, and whose it is.
func zoneDataOf(data *zones.Data) cards.Text {
	if data.Own {
		return cards.T("answer.schedule_zone_own", "version", data.Version)
	}
	return cards.T("answer.schedule_zone_machine", "version", data.Version)
}
