package render

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// theme is what every part of an article looks like: a file of rules, each the name of
// a part and its declarations. Parts are named by the element they become; a few have
// names of their own (see themes/plain.css).
type theme struct {
	rules map[string][]declaration
	// says is the text of parts that WeChat has no element for, given as `content`.
	says   map[string]string
	faults []ThemeFault
	coded  sync.Map // code style → this theme with that style's code
}

type declaration struct{ property, value string }

// with is the theme with the rules of another over it: what a rule does not declare stays.
func (t *theme) with(over *theme) *theme {
	both := &theme{rules: maps.Clone(t.rules), says: maps.Clone(t.says), faults: slices.Concat(t.faults, over.faults)}
	maps.Copy(both.says, over.says)
	for part, list := range over.rules {
		mixed := slices.Clone(both.rules[part])
		for _, d := range list {
			at := slices.IndexFunc(mixed, func(old declaration) bool { return old.property == d.property })
			if at < 0 {
				mixed = append(mixed, d)
			} else {
				mixed[at] = d
			}
		}
		both.rules[part] = mixed
	}
	return both
}

// withCode is the theme with a code style's blocks of code.
func (t *theme) withCode(style string) *theme {
	if codeThemes[style] == nil {
		return t
	}
	if known, ok := t.coded.Load(style); ok {
		return known.(*theme)
	}
	mixed, _ := t.coded.LoadOrStore(style, t.with(codeThemes[style]))
	return mixed.(*theme)
}

// inherited are the properties that an element takes over from the one around it.
var inherited = map[string]bool{
	"color": true, "font-family": true, "font-size": true, "font-style": true, "font-weight": true,
	"letter-spacing": true, "line-height": true, "list-style": true, "text-align": true,
	"text-indent": true, "white-space": true, "word-break": true,
}

// container is what WeChat's page gives every article.
var container = map[string]string{
	"font-size": "17px", "line-height": "1.6", "letter-spacing": ".578px", "font-weight": "normal",
	"font-style": "normal", "text-align": "justify", "white-space": "normal", "text-indent": "0",
}

// byItself are the inherited properties that browsers set on an element themselves, so
// that it does not have them from around it.
var byItself = map[string]map[string]string{
	"strong": {"font-weight": "bold"}, "em": {"font-style": "italic"}, "th": {"font-weight": "bold"},
	"code": {"font-family": "monospace"}, "pre": {"font-family": "monospace", "white-space": "pre"},
	"h1": heading, "h2": heading, "h3": heading, "h4": heading, "sup": {"font-size": "smaller"},
}

// WeChat's page has headings neither bold nor large; browsers have. So both are written.
var heading = map[string]string{"font-size": "", "font-weight": ""}

// look is what one part looks like at one place: its style attribute, without what it
// inherits there anyway, and what it hands down.
type look struct {
	style string // ` style="…"` or nothing
	down  map[string]string
	kids  map[string]*look
}

// within gives the look of a part inside another, as the tag it is written with. Extra
// declarations come after the theme's.
func (l *look) within(t *theme, tag, part string, extra ...declaration) *look {
	key := tag + " " + part
	for _, d := range extra {
		key += ";" + d.property + ":" + d.value
	}
	if kid := l.kids[key]; kid != nil {
		return kid
	}
	kid := &look{down: l.down}
	shared := true
	handDown := func(property, value string) {
		if shared {
			kid.down, shared = maps.Clone(l.down), false
		}
		kid.down[property] = value
	}
	for property, value := range byItself[tag] {
		handDown(property, value)
	}
	var b strings.Builder
	for i, list := range [2][]declaration{t.rules[part], extra} {
		for _, d := range list {
			if i == 0 && slices.ContainsFunc(extra, func(e declaration) bool { return e.property == d.property }) {
				continue
			}
			if d.property == "background" || d.property == "background-color" {
				if c := blend(d.value, l.colour(ground, "#ffffff")); c != "" {
					handDown(ground, c)
				}
			}
			if inherited[d.property] {
				if kid.down[d.property] == d.value && !strings.HasSuffix(d.value, "em") {
					continue
				}
				handDown(d.property, d.value)
			}
			if b.Len() > 0 {
				b.WriteByte(';')
			}
			b.WriteString(d.property + ":" + d.value)
		}
	}
	if b.Len() > 0 {
		kid.style = ` style="` + b.String() + `"`
	}
	if l.kids == nil {
		l.kids = map[string]*look{}
	}
	l.kids[key] = kid
	return kid
}
