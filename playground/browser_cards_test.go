package playground_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"magpie/playground"
)

// card is a golden file of bot/testdata/cards: messages, or a view.
type card struct {
	Name, Lang string
	Messages   []json.RawMessage `json:",omitempty"`
	View       json.RawMessage   `json:",omitempty"`
}

// cardsOf are the golden files of a language.
func cardsOf(t *testing.T, lang string) []card {
	t.Helper()
	ending := "." + lang + ".golden.json"
	files, err := filepath.Glob(filepath.Join("..", "bot", "testdata", "cards", "*"+ending))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files of cards: %v", err)
	}
	var all []card
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := card{Name: strings.TrimSuffix(filepath.Base(path), ending), Lang: lang}
		if raw[0] == '{' {
			c.View = raw
		} else if err := json.Unmarshal(raw, &c.Messages); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, c)
	}
	return all
}

// Every card is drawn on the page, on a wide one and on a phone's: all of it is within its
// message, and nothing is drawn that only programs read. With -screenshots each becomes a
// picture, NAME.LANGUAGE.WIDTH.png.
func TestEveryCardOnThePage(t *testing.T) {
	browser := findBrowser(t)
	for lang, reader := range map[string]string{"en": "U1ALICE", "zh": "U4MEI"} {
		t.Run(lang, func(t *testing.T) {
			world, err := playground.Start(playground.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := world.Close(); err != nil {
					t.Error(err)
				}
			})
			s := &stage{t: t, url: world.URL(), ctx: openBrowser(t, browser)}
			s.size(1440, 900)
			s.do("open the page", chromedp.Navigate(s.url))
			s.sees(".banner", "pretend world")
			if lang == "zh" {
				s.click("#lang")
			}
			s.be(reader)
			s.run(showing)
			all := cardsOf(t, lang)
			for _, width := range []int64{1440, 360} {
				s.size(width, 900)
				messages, forms, homes := apart(all)
				s.channel("C1")
				s.look(reader, width, messages...)
				for _, c := range forms {
					s.look(reader, width, c)
				}
				s.show(reader)
				s.seesNot(".modal")
				s.channel("D")
				s.click(`[data-home="home_tab"]`)
				for _, c := range homes {
					s.look(reader, width, c)
				}
				s.click(`[data-home="messages_tab"]`)
			}
		})
	}
}

// apart are the cards in messages, in forms and in homes.
func apart(all []card) (messages, forms, homes []card) {
	for _, c := range all {
		switch {
		case c.View == nil:
			messages = append(messages, c)
		case strings.HasPrefix(c.Name, "home_"):
			homes = append(homes, c)
		default:
			forms = append(forms, c)
		}
	}
	return messages, forms, homes
}

// look shows cards and says what is wrong with them; where pictures are asked for, each becomes one.
func (s *stage) look(reader string, width int64, cards ...card) {
	s.t.Helper()
	s.size(width, 900)
	s.show(reader, cards...)
	for _, fault := range s.faults() {
		s.t.Errorf("%d px: %s", width, fault)
	}
	if *screenshots != "" {
		s.pictures(reader, cards, width)
	}
}

// showing has the page draw what window.show puts into its state.
const showing = `(() => {
	const real = window.fetch
	window.fetch = async (at, ...rest) => {
		const answer = await real(at, ...rest)
		if (at !== '/state' || !window.show) return answer
		const state = await answer.json()
		window.show(state)
		return new Response(JSON.stringify(state))
	}
	const names = { U4DAN: 'Dan', U6MEI: 'Mei 梅' }
	window.put = (reader, round, cards) => {
		window.show = state => {
			const { slack } = state
			for (const [id, real_name] of Object.entries(names))
				if (!slack.users.some(u => u.id === id)) slack.users.push({ ...slack.users[0], id, name: real_name, real_name })
			slack.groups.push({ id: 'S2LEGAL', handle: 'legal', users: [] }, { id: 'S3BRAND', handle: 'brand', users: [] })
			for (const [id, name] of Object.entries({ C1GENERAL: 'general', C9SHOP: 'shop', G2SECRET: 'secret', C9APPROVALS: 'approvals' }))
				slack.channels.push({ ...slack.channels[0], id, name, members: [] })
			for (const id of Object.keys(slack.messages)) slack.messages[id] = []
			const files = JSON.parse(JSON.stringify(cards).replaceAll('F0PICTURE1', window.picture ?? ''))
			slack.messages.C1ANNOUNCE = files.flatMap(c => (c.Messages ?? []).map((m, i) => (
				{ channel: 'C1ANNOUNCE', ts: [c.Name, i, round].join('-'), user: slack.bot.id, text: m.Text, blocks: m.Blocks, posted: state.now })))
			slack.views = {}
			slack.homes = {}
			for (const c of files.filter(c => c.View)) {
				const view = { ...c.View, id: [c.Name, round].join('-'), hash: round, title: c.View.title?.text, submit: c.View.submit?.text, close: c.View.close?.text }
				if (view.type === 'home') slack.homes[reader] = view
				else slack.views[reader] = [view]
			}
		}
		fetch('/say', { method: 'POST', body: JSON.stringify({ who: reader, channel: 'C2MARKETING', text: 'look' }) })
	}
	return true
})()`

// run evaluates something on the page that is true once it is done.
func (s *stage) run(script string) {
	s.t.Helper()
	if ok, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](script)); err != nil || !ok {
		s.t.Fatalf("%.60s… = %v, %v", script, ok, err)
	}
}

// show has the page show cards: messages in the channel, views where they belong.
func (s *stage) show(reader string, cards ...card) {
	s.t.Helper()
	raw, err := json.Marshal(append([]card{}, cards...))
	if err != nil {
		s.t.Fatal(err)
	}
	s.shown++
	s.run(fmt.Sprintf(`(window.put(%q, %d, %s), true)`, reader, s.shown, raw))
	for i, c := range cards {
		for j := range c.Messages {
			s.sees(fmt.Sprintf(`.message[data-ts="%s-%d-%d"]`, c.Name, j, s.shown))
		}
		if c.View != nil && i == len(cards)-1 {
			s.sees(fmt.Sprintf(`[data-view="%s-%d"]`, c.Name, s.shown))
		}
	}
}

// faults are what is wrong with what is shown, a line for each card.
func (s *stage) faults() []string {
	s.t.Helper()
	all, err := chromedp.Run(s.ctx, chromedp.Evaluate[[]string](looking))
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// looking finds what sticks out of its card, and what only programs read.
const looking = `[...document.querySelectorAll('#messages .message, .modal, #home .body')].filter(c => c.checkVisibility()).flatMap(c => {
	const name = c.dataset.ts ?? c.dataset.view ?? 'home', found = []
	const edge = c.getBoundingClientRect().right + 1
	for (const n of c.querySelectorAll('*')) {
		if (n.closest('.b-table') && !n.matches('.b-table') || n.matches('.more, .more *') || !n.checkVisibility() || getComputedStyle(n).display === 'inline') continue
		if (n.getBoundingClientRect().right > edge) found.push('sticks out: ' + n.outerHTML.slice(0, 120))
	}
	const text = c.innerText
	for (const raw of [/\[(?!r\d)[a-z]+(_[a-z]+)*\]/, /(^|\s):[a-z_]+:(\s|$)/, /&(lt|gt|amp);/, /<[!@#]/, /\b[UCGDSW]\d[A-Z]{2,}\b/, /(?<!\{)\{(date|time|ago)/])
		if (raw.test(text)) found.push('reads ' + text.match(raw)[0])
	return found.map(f => name + ': ' + f)
})`

// pictures writes each card as it is shown alone.
func (s *stage) pictures(reader string, cards []card, width int64) {
	s.t.Helper()
	s.size(width, 4000)
	for _, c := range cards {
		s.show(reader, c)
		at := `#messages .message`
		if c.View != nil {
			at = `.modal, #home:not([hidden]) .body`
		}
		png, err := chromedp.Run(s.ctx, chromedp.Screenshot(css(at)))
		if err == nil {
			err = os.WriteFile(filepath.Join(*screenshots, fmt.Sprintf("%s.%s.%d.png", c.Name, c.Lang, width)), png, 0o644)
		}
		if err != nil {
			s.t.Fatalf("picture of %s: %v", c.Name, err)
		}
	}
}
