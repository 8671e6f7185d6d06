package render

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"magpie/cards"
)

// Own is what one account has of an article otherwise than the others do, by the account's
// name: `accounts:` of the front matter, a mapping for each.
type Own struct {
	Account                                        string
	Title, Author, Digest, ContentSourceURL, Cover string

	line    int
	lines   map[string]int // of each key, from 1
	unknown []string
}

// OwnKeys are the keys that an account may have of its own, in the order that they are shown.
var OwnKeys = []string{"title", "author", "digest", "content_source_url", "cover"}

func (o *Own) word(key string) *string {
	switch key {
	case "title":
		return &o.Title
	case "author":
		return &o.Author
	case "digest":
		return &o.Digest
	case "content_source_url":
		return &o.ContentSourceURL
	case "cover":
		return &o.Cover
	}
	return nil
}

// Values are the values that it has.
func (o *Own) Values() []Difference {
	var all []Difference
	for _, key := range OwnKeys {
		if is := *o.word(key); is != "" {
			all = append(all, Difference{Key: key, Is: is})
		}
	}
	return all
}

func (f *Front) word(key string) *string {
	switch key {
	case "title":
		return &f.Title
	case "author":
		return &f.Author
	case "digest":
		return &f.Digest
	case "content_source_url":
		return &f.ContentSourceURL
	}
	return &f.Cover
}

// Difference is a value that an account has of its own, and what the others have.
type Difference struct{ Key, Is, Was string }

// ownIn reads what the front matter says for single accounts. It is only read where the
// whole of it is YAML.
func ownIn(head string) []Own {
	if !strings.Contains(head, "accounts") {
		return nil
	}
	file, err := parser.ParseBytes([]byte(head), 0)
	if err != nil {
		return nil
	}
	var all []Own
	for _, doc := range file.Docs {
		for _, v := range mapping(doc.Body) {
			if v.Key.GetToken() == nil || v.Key.GetToken().Value != "accounts" {
				continue
			}
			for _, account := range mapping(v.Value) {
				token := account.Key.GetToken()
				if token == nil {
					continue
				}
				all = append(all, ownOf(token.Value, token.Position.Line+1, mapping(account.Value)))
			}
		}
	}
	return all
}

func ownOf(account string, line int, values []*ast.MappingValueNode) Own {
	own := Own{Account: account, line: line, lines: map[string]int{}}
	for _, v := range values {
		token := v.Key.GetToken()
		if token == nil {
			continue
		}
		key := keyOf(token.Value)
		word := own.word(key)
		if word == nil {
			own.unknown = append(own.unknown, key)
			continue
		}
		*word, own.lines[key] = strings.Join(strings.Fields(scalar(v.Value)), " "), token.Position.Line+1
	}
	return own
}

// mapping are the pairs of a mapping, none of any other node.
func mapping(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// forAccount puts what the account has of its own over what all have. The text is the same:
// a heading that is the title of all leaves it for every account.
func (w *writer) forAccount(m matter) matter {
	w.article.Accounts = m.accounts
	at := slices.IndexFunc(m.accounts, func(o Own) bool { return o.Account == w.o.Account })
	if w.o.Account == "" || at < 0 {
		return m
	}
	own, lines := m.accounts[at], maps.Clone(m.lines)
	for _, key := range OwnKeys {
		is, all := *own.word(key), w.article.word(key)
		if is == "" || is == *all {
			continue
		}
		w.article.Own = append(w.article.Own, Difference{key, is, *all})
		*all, lines[key] = is, own.lines[key]
	}
	m.lines = lines
	return m
}

// checkAccounts says what is wrong with what single accounts have: of all of them where the
// article is looked at for none.
func (c *checker) checkAccounts(m matter) {
	for _, own := range m.accounts {
		if c.o.Accounts != nil && !slices.Contains(c.o.Accounts, own.Account) {
			c.find("accounts.unknown", own.line, cards.T("render.accounts.unknown", "name", shorten(own.Account), "names", strings.Join(c.o.Accounts, ", ")))
			continue
		}
		if len(own.unknown) > 0 {
			c.find("accounts.keys", own.line, cards.T("render.accounts.keys", "name", own.Account, "keys", strings.Join(own.unknown, ", "), "known", strings.Join(OwnKeys, ", ")))
		}
		if c.o.Account != "" {
			continue
		}
		for _, limit := range []struct {
			key  string
			most int
		}{{"title", MaxTitle}, {"author", MaxAuthor}, {"digest", MaxDigest}} {
			if n := utf8.RuneCountInString(*own.word(limit.key)); n > limit.most {
				c.find("accounts.long", own.lines[limit.key], cards.T("render.accounts.long", "name", own.Account, "key", limit.key, "n", n, "max", limit.most))
			}
		}
	}
}

// WithoutAccounts is a text without what its front matter says for single accounts.
func WithoutAccounts(markdown string) string {
	m := cutFront(markdown)
	if len(m.accounts) == 0 {
		return markdown
	}
	var b strings.Builder
	at, within := 0, false
	for line := range strings.Lines(markdown) {
		if at += len(line); at > m.offset {
			b.WriteString(line)
			continue
		}
		further := strings.TrimLeft(line, " \t") != line || strings.TrimSpace(line) == ""
		if within = within && further || strings.HasPrefix(line, "accounts:"); !within {
			b.WriteString(line)
		}
	}
	return b.String()
}
