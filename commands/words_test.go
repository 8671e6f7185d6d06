package commands

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"magpie/cards"
	"magpie/cards/cardstest"
	"magpie/outbox"
	"magpie/schedules"
)

// sayer puts texts into plain words, as bot does, for tests to read.
type sayer struct {
	localizer *i18n.Localizer
	lang      string
	mask      bool // leave the words of WeChat's rules out
}

func newSayer(t testing.TB, lang string) sayer {
	t.Helper()
	bundle := i18n.NewBundle(language.English)
	files, err := filepath.Glob("../bot/words/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, err := bundle.LoadMessageFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return sayer{localizer: i18n.NewLocalizer(bundle, lang), lang: lang}
}

func (s sayer) say(t cards.Text) string {
	if t.IsZero() {
		return ""
	}
	said := t.Words[""] + t.Words[s.lang]
	if t.Key != "" {
		data := map[string]any{}
		for name, a := range t.Args {
			data[name] = s.arg(a)
		}
		var err error
		said, err = s.localizer.Localize(&i18n.LocalizeConfig{MessageID: t.Key, TemplateData: data, PluralCount: data["count"]})
		if err != nil {
			return "!" + t.Key + ": " + err.Error()
		}
	}
	if t.Code {
		return "`" + said + "`"
	}
	return said
}

func (s sayer) arg(a cards.Arg) any {
	switch {
	case a.Number != nil:
		return *a.Number
	case a.Time != nil:
		return a.Time.UTC().Format("2006-01-02 15:04")
	case s.mask && a.Text != nil && a.Text.Words["zh"] != "":
		return "‹" + s.lang + " words of WeChat's rule›" // they are wechat's to choose
	case a.Text != nil:
		return s.say(*a.Text)
	case a.User != "":
		return "@" + a.User
	case a.List != nil:
		var parts []string
		for _, one := range a.List {
			parts = append(parts, fmt.Sprint(s.arg(one)))
		}
		return strings.Join(parts, ", ")
	}
	return a.String
}

// card writes a card as lines of text.
func (s sayer) card(c cards.Card) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", s.say(c.Title))
	for _, body := range c.Body {
		fmt.Fprintf(&b, "%s\n", s.say(body))
	}
	for _, r := range c.Rows {
		fmt.Fprintf(&b, "- %s\n", s.say(r.Text))
		for _, button := range r.Buttons {
			fmt.Fprintf(&b, "  [%s] %s\n", s.say(button.Label), button.Line)
		}
	}
	for _, f := range c.Fields {
		fmt.Fprintf(&b, "  %s: %s\n", s.say(f.Label), s.say(f.Value))
	}
	for _, f := range c.Content {
		label := f.Label
		if f.Name != "" {
			label = s.say(cards.T(f.Name))
		}
		fmt.Fprintf(&b, "  %s = %s\n", label, f.Text)
	}
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "_%s_\n", s.say(note))
	}
	for _, button := range c.Buttons {
		fmt.Fprintf(&b, "[%s] %s\n", s.say(button.Label), button.Line)
	}
	return b.String()
}

func (s sayer) form(f *cards.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "form %q: %s\n%s\n", f.Line, s.say(f.Title), s.say(f.Intro))
	for _, in := range f.Inputs {
		marks := ""
		if in.Required {
			marks += " required"
		}
		if in.Lines {
			marks += " lines"
		}
		fmt.Fprintf(&b, "  %s: %s%s\n    %s\n", in.Key, s.say(in.Label), marks, s.say(in.Hint))
		for _, choice := range in.Choices {
			fmt.Fprintf(&b, "    ( ) %s: %s\n", choice.Value, s.say(choice.Label))
		}
	}
	fmt.Fprintf(&b, "[%s]\n", s.say(f.Submit))
	return b.String()
}

// What this room says: the keys written out in its files and those put together of
// commands and arguments.
func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	keys := cardstest.Said(t, `(?:cards\.T|cards\.Refuse|refuseArg)\((?:a, )?"([a-z_.]+[a-z])"`)
	for _, c := range testBook(t).index.commands {
		keys["cmd."+c.dotted()], keys["cmd."+c.dotted()+".form"] = true, true
		for _, a := range c.args {
			keys[c.argKey(a)], keys[c.argKey(a)+".label"] = true, true
			for _, value := range a.Enum {
				keys[c.argKey(a)+"."+value] = true
			}
		}
	}
	for _, kind := range KindNames {
		keys["kind."+kind] = true
		if kind != schedules.Kind { // it says a sentence of its own
			keys["does."+kind] = true
		}
	}
	for role := outbox.Everyone; role <= outbox.Admin; role++ {
		keys["help.role."+roleName(role)] = true
		if role > outbox.Everyone {
			keys["fault.role_"+roleName(role)] = true
		}
	}
	for _, f := range families {
		keys["family."+f.name], keys["family."+f.name+".about"] = true, true
	}
	for _, part := range homeParts {
		keys["home."+part], keys["home."+part+"_none"] = true, true
	}
	cardstest.Words(t, "commands", keys)
}
