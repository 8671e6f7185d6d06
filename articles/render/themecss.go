package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"

	"magpie/cards"
)

// ThemeFault is something in a theme's file that is not drawn.
type ThemeFault struct {
	File string
	Line int // from 1
	// Kind is selector, property, value, rule (@media and its like) or syntax.
	Kind string
	// What is what stands there.
	What string
}

// Text says what is wrong.
func (f ThemeFault) Text() cards.Text { return cards.T(faultWords[f.Kind], "what", f.What) }

var faultWords = map[string]string{
	"selector": "render.theme.selector", "property": "render.theme.property", "value": "render.theme.value",
	"rule": "render.theme.rule", "syntax": "render.theme.syntax",
}

// Where is the file and the line.
func (f ThemeFault) Where() string { return fmt.Sprintf("%s:%d", f.File, f.Line) }

// parts are the selectors that a theme may have.
var parts = []string{
	"article", "p", "quote p", "h1", "h2", "h3", "h4", "h1 span", "h2 span", "h3 span", "h4 span",
	"blockquote", "quote blockquote", "ul", "ol", "li", "list", "inner list", "item", "item block", "sign",
	"pre", "code", "line", "comment", "string", "number", "keyword", "name",
	"table box", "table", "head", "tr", "even", "th", "td", "figure", "figure img", "img", "caption",
	"a", "address", "sup", "notes", "note", "strong", "em", "s", "hr",
}

// alsoCalled are what web pages call some parts.
var alsoCalled = map[string]string{
	"section": "article", "body": "article", "blockquote p": "quote p", "blockquote blockquote": "quote blockquote",
	"thead": "head", "tr:nth-child(even)": "even", "figcaption": "caption", "b": "strong", "i": "em", "del": "s",
}

// themeReader reads rules without nesting. A selector is one or several names of parts.
type themeReader struct {
	theme
	file, css string
	parser    *css.Parser
	into      []string // the parts that are being described
}

// readTheme reads a theme's file. What is not known there is a fault and passed over.
func readTheme(file, source string) *theme {
	r := &themeReader{file: file, css: source}
	r.rules, r.says = map[string][]declaration{}, map[string]string{}
	r.parser = css.NewParser(parse.NewInputString(source), false)
	depth := 0 // of rules that are passed over whole
	for {
		kind, _, data := r.parser.Next()
		switch kind {
		case css.ErrorGrammar:
			if !r.parser.HasParseError() { // the end; a text has no other
				return &theme{rules: r.rules, says: r.says, faults: r.faults}
			}
			r.fault("syntax", string(data))
		case css.BeginAtRuleGrammar:
			if depth++; depth == 1 {
				r.fault("rule", string(data))
			}
		case css.EndAtRuleGrammar:
			depth--
		case css.AtRuleGrammar:
			r.fault("rule", string(data))
		}
		if depth > 0 {
			continue
		}
		switch kind {
		case css.QualifiedRuleGrammar, css.BeginRulesetGrammar:
			for name := range strings.SplitSeq(joined(r.parser.Values()), ",") {
				r.selector(name)
			}
		case css.EndRulesetGrammar:
			r.into = nil
		case css.DeclarationGrammar:
			r.declare(string(data), strings.TrimSpace(joined(r.parser.Values())))
		case css.CustomPropertyGrammar:
			r.fault("property", string(data))
		}
	}
}

func joined(tokens []css.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		b.Write(t.Data)
	}
	return b.String()
}

func (r *themeReader) selector(said string) {
	name := strings.Join(strings.Fields(said), " ")
	if other := alsoCalled[name]; other != "" {
		name = other
	}
	if !slices.Contains(parts, name) {
		r.fault("selector", name)
		return
	}
	r.into = append(r.into, name)
}

// declare takes a declaration that passes the sanitiser.
func (r *themeReader) declare(property, value string) {
	if property == "content" {
		if len(r.into) == 1 && r.into[0] == "hr" {
			r.says["hr"] = strings.TrimSpace(plainSign(strings.Trim(value, `"'`)))
		} else if len(r.into) > 0 {
			r.fault("property", property)
		}
		return
	}
	if property == "font-family" {
		value = strings.NewReplacer(`"`, "", "'", "").Replace(value)
	}
	switch {
	case !allowedStyles[property]:
		r.fault("property", property)
	case sanitiseStyle(property+":"+value) == "":
		r.fault("value", property+": "+value)
	default:
		for _, part := range r.into {
			r.rules[part] = append(r.rules[part], declaration{property, value})
		}
	}
}

// plainSign is text that is safe to stand in HTML.
func plainSign(s string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`<>&"\\`, c) {
			return -1
		}
		return c
	}, s)
}

// fault notes what is not known, at the line where it last stood.
func (r *themeReader) fault(kind, what string) {
	read := r.css[:min(r.parser.Offset(), len(r.css))]
	first, _, _ := strings.Cut(what, ":")
	first, _, _ = strings.Cut(first, " ")
	at := strings.LastIndex(strings.ToLower(read), strings.ToLower(first))
	if at < 0 {
		at = len(read)
	}
	r.faults = append(r.faults, ThemeFault{File: r.file, Line: 1 + strings.Count(read[:at], "\n"), Kind: kind, What: shorten(what)})
}
