package bot

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"magpie/bot/slacktest"
	"magpie/cards"
)

func testPicture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 9, 4))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A picture is waited for until Slack has looked through it, and shown on a card. When
// it is lost, the card stands without it, and it is put there anew.
func TestACardShowsAPicture(t *testing.T) {
	t.Parallel()
	s := newStage(t, slacktest.Options{})
	files := NewFiles(botToken, s.APIURL)
	teller := newTestTeller(s)
	id, err := files.Keep(s.ctx, "", "cover.png", "A3: Tea", testPicture(t))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := files.Keep(s.ctx, id, "cover.png", "A3: Tea", testPicture(t)); err != nil || again != id {
		t.Errorf("Keep of a known picture: got %q, %v, want %q", again, err, id)
	}
	card := cards.Card{Title: cards.Plain("A3 · Tea"), Image: cards.Image{File: id, Alt: cards.Plain("Cover of A3")}, Body: []cards.Text{cards.Plain("Green.")}}
	place, err := teller.Post(s.ctx, cards.Place{Channel: general}, card)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := s.Message(general, place.TS)
	if !strings.Contains(string(m.Blocks), `"slack_file":{"id":"`+id+`"}`) || !m.Has("Cover of A3") {
		t.Errorf("the card does not show the picture: %s", m.Blocks)
	}
	s.DeleteFile(id)
	card.Body = []cards.Text{cards.Plain("White.")}
	if err := teller.Update(s.ctx, place, card); err != nil {
		t.Fatal(err)
	}
	if m, _ = s.Message(general, place.TS); !m.Has("White.") || m.Has("Cover of A3") {
		t.Errorf("a lost picture: got %q", m.PlainText())
	}
	if place, err = teller.Post(s.ctx, cards.Place{Channel: general}, card); err != nil || place.TS == "" {
		t.Errorf("Post with a lost picture: got %+v, %v", place, err)
	}
	if fresh, err := files.Keep(s.ctx, id, "cover.png", "A3: Tea", testPicture(t)); err != nil || fresh == id {
		t.Errorf("Keep of a lost picture: got %q, %v", fresh, err)
	}
}
