package bot

import (
	"strings"
	"testing"
	"time"

	"magpie/bot/slacktest"
	"magpie/cards"
)

func chartCard() cards.Card {
	points := []string{"0:00", "0:05", "0:10"}
	course := cards.Chart{
		Title: cards.T("chart.course", "n", 17), Kind: cards.ChartArea, Across: cards.T("chart.time"), Up: cards.T("chart.rate"), Points: points,
		Series: []cards.Series{{Name: cards.T("chart.called"), Values: []float64{80, 120.5, 0}}, {Name: cards.T("chart.sent"), Values: []float64{79, 120, 0}}},
		Words:  cards.T("chart.course_words", "n", 17, "count", 1000, "time", "0:12", "mean", 83, "most", 120),
	}
	actions := course
	actions.Title, actions.Kind, actions.Words = cards.T("chart.actions"), cards.ChartLine, cards.Text{}
	return cards.Card{Charts: []cards.Chart{course, actions}}
}

// A chart is a block of Slack's, in both languages; the text beside it says its figures.
func TestChartsAreDrawn(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	for _, lang := range []string{"en", "zh"} {
		golden(t, "chart."+lang, words.Draw(chartCard(), lang, "Asia/Shanghai"))
	}
}

// What Slack would refuse is not drawn but told: a point too many, a third chart, a name twice.
func TestChartsThatSlackDoesNotDraw(t *testing.T) {
	t.Parallel()
	words := newTestWords(t)
	for name, spoil := range map[string]func(*cards.Chart){
		"21 points": func(c *cards.Chart) {
			c.Points = many(cards.ChartPoints+1, func(i int) string { return strings.Repeat("i", i+1)[:min(i+1, 20)] })
			c.Series[0].Values = make([]float64, len(c.Points))
		},
		"a point without a value": func(c *cards.Chart) { c.Points = append(c.Points, "0:15") },
		"a name twice":            func(c *cards.Chart) { c.Series[0].Name = c.Series[1].Name },
		"a point twice":           func(c *cards.Chart) { c.Points[1] = c.Points[0] },
	} {
		card := chartCard()
		spoil(&card.Charts[0])
		drawn := words.Draw(card, "en", "UTC")
		if got := drawn[0].Blocks[0].BlockType(); got != "section" {
			t.Errorf("%s: got a %s, want a section", name, got)
		}
	}
	card := chartCard()
	card.Charts = append(card.Charts, card.Charts[0])
	drawn := words.Draw(card, "zh", "UTC")[0].Blocks
	if len(drawn) != 3 || drawn[1].BlockType() != "data_visualization" || drawn[2].BlockType() != "section" {
		t.Errorf("three charts: got %v", drawn)
	}
}

// Where a workspace refuses charts, the card stands without them and says their figures, at
// once though the channel takes one message a second, and so it does when it is drawn anew.
func TestChartsThatAWorkspaceRefuses(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	teller := newTestTeller(s)
	teller.Pace(time.Hour)
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, chartCard())
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := s.Message(general, place.TS); !strings.Contains(m.PlainText(), "Time since it began") || strings.Contains(m.PlainText(), "83 a second") {
		t.Errorf("a chart that is drawn: got %q", m.PlainText())
	}
	s.Lacks("data_visualization")
	teller = newTestTeller(s)
	teller.Pace(time.Hour)
	place, err = teller.Post(s.ctx, cards.Place{Channel: general}, chartCard())
	if err != nil || place.TS == "" {
		t.Fatalf("a chart that is refused: got %+v, %v", place, err)
	}
	if m, _ := s.Message(general, place.TS); strings.Contains(m.PlainText(), "Time since it began") || !strings.Contains(m.PlainText(), "1,000 calls in 0:12, 83 a second on average and 120 at most.") {
		t.Errorf("a chart that is refused: got %q", m.PlainText())
	}
	card := chartCard()
	card.Body = []cards.Text{cards.Plain("Anew.")}
	if err := teller.Update(s.ctx, place, card); err != nil {
		t.Fatal(err)
	}
	if m, _ := s.Message(general, place.TS); !m.Has("Anew.") || !m.Has("83 a second") {
		t.Errorf("drawn anew: got %q", m.PlainText())
	}
}
