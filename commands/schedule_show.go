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
		card := b.scheduleCard(one.Terms, spec, call.Who.Zone)
		card.Title = cards.T("answer.schedule_title", "name", one.Name)
		field := func(label, value cards.Text) {
			card.Fields = append(card.Fields, cards.Field{Label: label, Value: value})
		}
		field(cards.T("answer.schedule_state"), scheduleState(one))
		field(cards.T("answer.schedule_next"), nextOf(one, call.Who.Zone))
		field(cards.T("answer.schedule_owner"), cards.T("answer.schedule_who", "who", cards.User(one.Owner)))
		field(cards.T("answer.schedule_channel"), cards.T("answer.schedule_in", "channel", cards.Channel(one.Channel)))
		field(cards.T("answer.schedule_zone_data"), zoneDataOf(zones.Current()))
		field(cards.T("answer.schedule_missed"), cards.Code(one.Terms.Missed))
		if one.Terms.Cron != "" {
			field(cards.T("answer.schedule_overlap"), cards.Code(one.Terms.Overlap))
		}
		if one.Version > 0 {
			field(cards.T("answer.schedule_approved"), cards.Code(b.said("show "+number(one.Version))))
		}
		if one.Pending > 0 {
			field(cards.T("answer.schedule_waits"), cards.Code(b.said("show "+number(one.Pending))))
		}
		card.Content = []cards.Content{{Label: "line", Text: one.Terms.Line}}
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

// zoneDataOf names the release of zone data that schedules go by, and whose it is.
func zoneDataOf(data *zones.Data) cards.Text {
	if data.Own {
		return cards.T("answer.schedule_zone_own", "version", data.Version)
	}
	return cards.T("answer.schedule_zone_machine", "version", data.Version)
}
