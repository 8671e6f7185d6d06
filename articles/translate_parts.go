package articles

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sashabaranov/go-openai"

	"magpie/articles/render"
)

const (
	// mostPart is how many letters of an article go to the writer at once: their translation
	// is below 4,096 tokens, which is what the models write that write least.
	mostPart = 4000
	// leastPart is what is not cut further where even its translation is too long.
	leastPart = 300
	// shownBefore is how much of the translation so far a part is given along.
	shownBefore = 400
)

// isCut reports whether the writer came to the end of what its model writes, or takes.
func isCut(err error) bool {
	var failed *WriteError
	return errors.As(err, &failed) && (failed.Code == "length" || failed.Code == "cut" && failed.Detail == string(openai.FinishReasonLength))
}

// translateParts has a long article translated part after part. What is done of it is kept, and
// not done again; what a part did not carry is mended with it.
func (d *Desk) translateParts(p *pen, t translation, all []piece, r *run) (done bool, err error) {
	sofar, _ := decodeMarkdown(r.Draft)
	if r.Draft == "" {
		sofar = written{}
	}
	one, err := d.translatePart(p, t, all[r.Loops].text, r.Loops, len(all), sofar)
	if err != nil {
		return false, err
	}
	if r.Loops == 0 {
		sofar = one
	} else {
		sofar.Body += all[r.Loops-1].sep + one.Body
	}
	r.Draft, r.Part, r.Loops = t.framed(sofar), "", r.Loops+1
	if r.Loops < len(all) {
		return false, nil
	}
	r.Draft = t.take(sofar)
	return true, nil
}

// translatePart has the nth part translated; the first brings the title along. What is too long
// for the model goes in halves.
func (d *Desk) translatePart(p *pen, t translation, text string, n, of int, before written) (written, error) {
	if code := fences(text); n > 0 && len(code) == 1 && code[0] == [2]int{0, len(text)} {
		return written{Body: text}, nil // there is nothing to translate
	}
	part := t
	part.body = text
	messages := part.messages()
	if n > 0 {
		messages = part.partMessages(n, of, before)
	}
	said, err := p.ask(messages, true)
	if isCut(err) {
		return d.translateHalves(p, t, text, n, of, before, err)
	}
	if err != nil {
		return written{}, err
	}
	w, err := decodePart(said, n == 0)
	if err != nil {
		return w, err
	}
	w.Body = restored(text, w.Body)
	notes := part.partNotes(w, n)
	if len(notes) == 0 {
		return w, nil
	}
	said, err = p.ask(part.partMend(messages, w, notes, n), true)
	if err != nil && isStopped(err) {
		return w, err
	}
	if mended, bad := decodePart(said, n == 0); err == nil && bad == nil {
		if mended.Body = restored(text, mended.Body); len(part.partNotes(mended, n)) <= len(notes) {
			return mended, nil
		}
	}
	return w, nil
}

// translateHalves has a part translated in halves, whose translation was too long.
func (d *Desk) translateHalves(p *pen, t translation, text string, n, of int, before written, why error) (all written, _ error) {
	letters := utf8.RuneCountInString(text)
	halves := pieces(text, letters/2+1)
	if letters < leastPart || len(halves) < 2 {
		return all, why
	}
	for i, half := range halves {
		if i > 0 {
			n = max(n, 1)
		}
		one, err := d.translatePart(p, t, half.text, n, of, before)
		if err != nil {
			return all, err
		}
		if i == 0 {
			all = one
		} else {
			all.Body += halves[i-1].sep + one.Body
		}
		before = written{Title: before.Title + one.Title, Body: all.Body}
	}
	return all, nil
}

// partMessages ask for a part behind the first.
func (t translation) partMessages(n, of int, before written) []openai.ChatCompletionMessage {
	what := fmt.Sprintf("Translate a part of an article into %s. Answer with the translation of this part alone, as Markdown without front matter and without a fence around it. No word before it or after it. It is part %d of %d, called %q in its translation.", languageName(t.Lang), n+1, of, before.Title)
	messages := []openai.ChatCompletionMessage{t.told("translate", what)}
	if tail := before.Body; tail != "" {
		if runes := []rune(tail); len(runes) > shownBefore {
			tail = "…" + string(runes[len(runes)-shownBefore:])
		}
		messages = append(messages, user("How the translation before it ends; use its words for the same things, and do not repeat it:\n"+tail))
	}
	return append(messages, user("The article:\n"+t.body))
}

// partMend asks for what a part did not carry.
func (t translation) partMend(asked []openai.ChatCompletionMessage, w written, notes []string, n int) []openai.ChatCompletionMessage {
	draft := w.Body
	if n == 0 {
		draft = w.markdown()
	}
	what := "A part of an article was translated into " + languageName(t.Lang) + ". Mend the translation where the notes say so and leave every other word as it is. Answer with the whole translation of the part alone. No word before it or after it."
	return []openai.ChatCompletionMessage{t.told("revise", what), asked[len(asked)-1], user("The translation:\n" + draft), user("Notes:\n- " + strings.Join(notes, "\n- "))}
}

// partNotes are what a part did not carry.
func (t translation) partNotes(w written, n int) []string {
	if n == 0 {
		return t.notes(w.markdown())
	}
	t.front = render.Front{}
	return t.notes(w.Body)
}

// decodePart reads the translation of a part: the first is an article, the others are its text
// alone.
func decodePart(said string, first bool) (w written, err error) {
	ok := true
	if first {
		w, ok = decodeArticle(said)
	} else {
		text := strings.TrimSpace(withoutThought(strings.ReplaceAll(storable(said), "\r\n", "\n")))
		if inside, fenced := fencedIn(text); fenced {
			text = inside
		}
		if _, body, err := render.ParseFront(text); err == nil {
			text = strings.TrimSpace(body)
		}
		w.Body, ok = text, text != ""
	}
	switch {
	case ok:
		return w, nil
	case strings.TrimSpace(withoutThought(said)) == "":
		return w, &WriteError{Code: "empty"}
	}
	return w, &WriteError{Code: "nonsense", Detail: said}
}
