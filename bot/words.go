// Package bot is where Slack hears lines and shows cards: it listens over Socket
// Mode, hands every line to the Book, and draws what comes back as blocks.
package bot

import (
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"magpie/cards"
)

//go:embed words/*.json
var catalogues embed.FS

// Words puts cards.Text into words, from the catalogue files in words/: NAME.en.json
// and NAME.zh.json, flat objects of key and template.
type Words struct {
	say map[string]*i18n.Localizer
	log *slog.Logger

	missed sync.Map // keys already complained about
}

// NewWords reads every catalogue file.
func NewWords(log *slog.Logger) (*Words, error) {
	bundle := i18n.NewBundle(language.English)
	files, err := catalogues.ReadDir("words")
	if err != nil {
		return nil, fmt.Errorf("read catalogues: %w", err)
	}
	for _, file := range files {
		name := path.Join("words", file.Name())
		said, err := bundle.LoadMessageFileFS(catalogues, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		for _, m := range said.Messages {
			if m.One == "" {
				m.One = m.Other // it reads the same for one and for many
			}
		}
		if err := bundle.AddMessages(said.Tag, said.Messages...); err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
	}
	return &Words{
		say: map[string]*i18n.Localizer{
			"en": i18n.NewLocalizer(bundle, "en"),
			"zh": i18n.NewLocalizer(bundle, "zh"),
		},
		log: log,
	}, nil
}

// Say puts t into Slack's mrkdwn. Whatever is not of the catalogue is shown to the
// letter: it can neither mention nor link nor format. Times become Slack's date
// tokens, which every reader sees in their own zone.
func (w *Words) Say(t cards.Text, lang, zone string) string {
	return voice{words: w, lang: lang, zone: zone, mrkdwn: true}.text(t)
}

// Plain puts t into plain text, for headers, buttons and forms.
func (w *Words) Plain(t cards.Text, lang, zone string) string {
	return voice{words: w, lang: lang, zone: zone}.text(t)
}

// voice is one way of saying: a language, a zone, with or without mrkdwn.
type voice struct {
	words  *Words
	lang   string
	zone   string
	mrkdwn bool
	leaves *leaves // of a cell; else nil
}

func (v voice) text(t cards.Text) string {
	switch {
	case t.IsZero():
		return ""
	case t.Link && v.mrkdwn && isWebAddress(t.Words[""]):
		return "<" + escape(t.Words[""]) + ">"
	case t.Key == "" && v.mrkdwn && v.leaves == nil && !t.Code && isSentence(t):
		return prose(pick(t.Words, v.lang))
	case t.Key == "":
		return v.value(pick(t.Words, v.lang), t.Code)
	case t.Code && v.mrkdwn:
		plain := v
		plain.mrkdwn = false
		return code(plain.key(t))
	}
	return v.key(t)
}

// key looks a text up and puts its arguments in. Arguments go through the template
// as marks, so that what surrounds them is known when they are put in.
func (v voice) key(t cards.Text) string {
	data := make(map[string]any, len(t.Args))
	var args []cards.Arg
	var count any
	for name, arg := range t.Args {
		switch {
		case arg.Number != nil:
			data[name] = number(t.Key, name, *arg.Number)
			if name == "count" {
				count = *arg.Number
			}
		case isEmpty(arg):
			data[name] = ""
		default:
			data[name] = mark(len(args))
			args = append(args, arg)
			if arg.Time != nil { // at_clock is the time of day of at alone
				data[name+"_clock"] = mark(len(args))
				args = append(args, cards.Arg{Time: arg.Time, String: clockAlone})
			}
		}
	}
	localizer := v.words.say[v.lang]
	if localizer == nil {
		localizer = v.words.say["en"]
	}
	said, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: t.Key, TemplateData: data, PluralCount: count})
	if err != nil {
		v.words.complain(t.Key, v.lang, err)
		if said == "" {
			said = t.Key
		}
	}
	if strings.Contains(said, noValue) {
		v.words.complain(t.Key, v.lang, errors.New("an argument is missing"))
		said = strings.ReplaceAll(said, noValue, "?")
	}
	return v.fill(said, args)
}

// clockAlone asks for a time's hour and minute without its day.
const clockAlone = "clock"

const (
	markOpen, markClose = '\uE000', '\uE001'

	noValue = "<no value>" // what text/template writes for a missing argument
)

func mark(i int) string { return string(markOpen) + strconv.Itoa(i) + string(markClose) }

// emphasis is how catalogues set words in bold or in code.
var emphasis = regexp.MustCompile("\\*([^*\n]+)\\*|`([^`\n]+)`")

// fill replaces the marks in a template's words by the arguments. Plain text has no
// emphasis, so the template's signs for it are left out.
func (v voice) fill(said string, args []cards.Arg) string {
	if v.mrkdwn {
		said = apart(said)
	} else {
		said = emphasis.ReplaceAllString(said, "$1$2")
	}
	var b strings.Builder
	ticks := 0 // in the template: within an odd number, we are inside code
	for said != "" {
		before, rest, found := strings.Cut(said, string(markOpen))
		b.WriteString(before)
		ticks += strings.Count(before, "`")
		if !found {
			break
		}
		index, after, _ := strings.Cut(rest, string(markClose))
		i, err := strconv.Atoi(index)
		if err == nil && i < len(args) {
			word := v.arg(args[i], ticks%2 == 1)
			// Slack sees code only where it stands apart from letters.
			if v.mrkdwn && strings.HasPrefix(word, "`") && endsInLetter(b.String()) {
				b.WriteByte(' ')
			}
			b.WriteString(word)
			if v.mrkdwn && strings.HasSuffix(word, "`") && beginsWithLetter(after) {
				b.WriteByte(' ')
			}
		}
		said = after
	}
	return b.String()
}

// apart sets a template's emphasis apart from the letters and arguments beside it, as
// Chinese has no spaces there: Slack sees it only so.
func apart(said string) string {
	var b strings.Builder
	touches := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == markOpen || r == markClose }
	end := 0
	for _, at := range emphasis.FindAllStringIndex(said, -1) {
		b.WriteString(said[end:at[0]])
		if r, _ := utf8.DecodeLastRuneInString(said[:at[0]]); touches(r) {
			b.WriteByte(' ')
		}
		b.WriteString(said[at[0]:at[1]])
		if r, _ := utf8.DecodeRuneInString(said[at[1]:]); touches(r) {
			b.WriteByte(' ')
		}
		end = at[1]
	}
	return b.String() + said[end:]
}

func (w *Words) complain(key, lang string, err error) {
	if _, done := w.missed.LoadOrStore(key+"/"+lang, true); !done {
		w.log.Error("catalogue is wanting", "key", key, "lang", lang, "err", err)
	}
}

func pick(words map[string]string, lang string) string {
	for _, l := range []string{lang, "", "en", "zh"} {
		if s, ok := words[l]; ok {
			return s
		}
	}
	return ""
}
