package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
	"magpie/commands"
)

// tableCard is a list of requests, so many, of which the first waits.
func tableCard(count int) cards.Card {
	at := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	card := cards.Card{Title: cards.T("answer.requests"), Columns: []cards.Text{cards.T("column.number"), cards.T("column.state"), cards.T("column.what"), cards.T("column.asked_by"), cards.T("column.asked_at")}}
	for n := range count {
		state, name := cards.T("now.done"), cards.T("column.is_number", "n", 17-n)
		details := cards.Button{Label: cards.T("answer.request_show"), Line: fmt.Sprintf("details %d", 17-n), Below: name}
		row := cards.Row{Text: cards.T("answer.request_row", "n", 17-n, "sign", "✅", "state", state, "what", cards.Plain("Tea *and* \uE0020\uE003 cake"), "who", cards.User("U0AMY"), "at", at), Buttons: []cards.Button{details}}
		if n == 0 {
			state = cards.T("now.waiting")
			label := cards.T("button.approve")
			row.Buttons = []cards.Button{{Label: label, Line: "approve 17", Style: "primary", Below: cards.T("column.button", "label", label, "name", name)}, details}
		}
		row.Cells = []cards.Text{name, state, cards.Plain("Tea *and* \uE0020\uE003 cake"), cards.T("column.is", "value", cards.User("U0AMY")), cards.T("column.is", "value", at)}
		card.Rows = append(card.Rows, row)
	}
	card.Rows[count-1].Cells = []cards.Text{cards.Code("morning-tea"), {}}
	return card
}

// A list is a table of Slack's in both languages, with its buttons below; what its cells hold
// stands there to the letter.
func TestTablesAreDrawn(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	for _, lang := range []string{"en", "zh"} {
		drawn := words.Draw(tableCard(3), lang, "Asia/Shanghai")
		validate(t, drawn[0])
		golden(t, "table."+lang, drawn)
	}
}

// What is too much for a table, and what is shown in a modal, is drawn row by row.
func TestListsThatAreNoTable(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	wide, much := tableCard(3), tableCard(60)
	for range maxTableColumns {
		wide.Columns = append(wide.Columns, cards.T("column.what"))
	}
	for i := range much.Rows {
		much.Rows[i].Cells = []cards.Text{cards.Plain(strings.Repeat("茶", 600))}
	}
	for name, card := range map[string]cards.Card{"21 columns": wide, "too long": much, "too many": tableCard(maxTableRows)} {
		for _, m := range words.Draw(card, "en", "UTC") {
			validate(t, m)
			if m.hasTable() {
				t.Errorf("%s: a table is drawn", name)
			}
		}
	}
	view, err := words.DrawList(tableCard(3), "requests", cards.Place{}, "en", "UTC")
	if err != nil || (Message{Blocks: view.Blocks.BlockSet}).hasTable() {
		t.Errorf("a modal: got %+v, %v, want rows", view, err)
	}
}

// Slash commands, mentions and posts show a table; where the workspace refuses it, its rows, and
// for a while no table is tried.
func TestTablesThatAWorkspaceRefuses(t *testing.T) {
	t.Parallel()
	s := started(t, slacktest.Options{})
	s.book.do = func(context.Context, commands.Call) (commands.Answer, error) {
		return commands.Answer{Card: tableCard(3)}, nil
	}
	if !s.bot.tables.taken.Load() {
		t.Error("Slack is not asked whether a table is valid")
	}
	s.bot.tables.taken.Store(false)
	if ack := s.say(amy, general, "/wechat requests"); ack.Message != nil {
		t.Errorf("a table is acknowledged with %s before one was ever taken", ack.Payload)
	}
	if m := s.sees(amy, "#16 | done"); !m.Has("<@U0AMY> | 2026-11-22 05:00") {
		t.Errorf("a table: got %q", m.PlainText())
	}
	for !s.bot.tables.taken.Load() { // noted a moment after it is seen
		if sleep(s.ctx, time.Millisecond) != nil {
			t.Fatal("it is not noted that a table was taken")
		}
	}
	if ack := s.say(amy, general, "/wechat requests"); ack.Message == nil || !ack.Message.Has("#16 | done") {
		t.Errorf("once one was taken: acknowledged with %s", ack.Payload)
	}

	s.Lacks("table")
	s.bot.tables.taken.Store(false)
	s.say(bo, general, "/wechat requests")
	s.sees(bo, "#16 · ✅")
	if ack := s.say(bo, general, "/wechat requests"); ack.Message == nil || !ack.Message.Has("#16 · ✅") {
		t.Errorf("once one was refused: acknowledged with %s", ack.Payload)
	}
	teller := newTestTeller(s)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, tableCard(3))
	if err != nil || place.TS == "" {
		t.Fatalf("a table in a channel: got %+v, %v", place, err)
	}
	s.reads(general, "#16 · ✅")
}
