package render

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// faults are all that must never come out, found by reading the HTML as browsers do. The
// lists here are written apart from the sanitiser's.
func faults(out string, external bool) []string {
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(out) {
		say("not UTF-8")
	}
	elements := strings.Fields("section p h1 h2 h3 h4 blockquote ul ol li table thead tbody tr th td pre code strong em s sup sub span br hr img a mp-common-miniprogram mp-common-profile iframe")
	for _, n := range parsed(out) {
		if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
			say("a comment %q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(elements, n.Data) || n.Namespace != "" {
			say("an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			low := strings.ToLower(a.Val)
			switch {
			case a.Namespace != "":
				say("a namespace in %s", a.Key)
			case a.Key == "style":
				for _, bad := range []string{"url(", "expression", "var(", "@", "\\", "/*", "<", "{"} {
					if strings.Contains(low, bad) {
						say("%s in style %q", bad, a.Val)
					}
				}
				for one := range strings.SplitSeq(low, ";") {
					property, value, _ := strings.Cut(one, ":")
					for _, bad := range []string{"position", "float", "flex", "grid", "inset", "top", "left", "z-index", "transform", "--", "behavior", "filter", "animation", "content"} {
						if property == bad {
							say("%s in style %q", bad, a.Val)
						}
					}
					if property == "display" && (strings.Contains(value, "flex") || strings.Contains(value, "grid")) {
						say("a display of %q", value)
					}
				}
			case a.Key == "href":
				u, err := url.Parse(a.Val)
				if a.Val == "" {
					continue
				}
				if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
					say("a link to %q", a.Val)
				} else if !external && u.Host != "mp.weixin.qq.com" {
					say("an external link to %q", a.Val)
				}
			case (a.Key == "src" || a.Key == "data-miniprogram-imageurl" || a.Key == "data-headimg") && n.Data != "iframe":
				before, _, found := strings.Cut(low, ":")
				if found && before != "http" && before != "https" && !strings.ContainsAny(before, "/?#.%") {
					say("an image of %q", a.Val)
				}
			case (a.Key == "colspan" || a.Key == "rowspan") && (n.Data == "td" || n.Data == "th") && strings.Trim(a.Val, "0123456789") == "":
			case n.Data == "iframe":
				if address := attr(a.Val); a.Key == "src" || a.Key == "data-src" && !strings.HasPrefix(a.Val, "/mp/newappmsgvote?") &&
					!strings.HasPrefix(address, "https://v.qq.com/") && !strings.HasPrefix(address, "https://mp.weixin.qq.com/") {
					say("a frame of %q", a.Val)
				}
				if !strings.HasPrefix(a.Key, "data-") && a.Key != "class" && a.Key != "allowfullscreen" && a.Key != "frameborder" {
					say("an attribute %s of <%s>", a.Key, n.Data)
				}
			case n.Data == "mp-common-profile" && strings.HasPrefix(a.Key, "data-"):
			case a.Key == "alt" || a.Key == "data-width" || a.Key == "data-ratio" || strings.HasPrefix(a.Key, "data-miniprogram-"):
			default:
				say("an attribute %s of <%s>", a.Key, n.Data)
			}
		}
	}
	return all
}

// parsed are the nodes of a piece of HTML in a page's body, in order.
func parsed(out string) []*html.Node {
	roots, err := html.ParseFragment(strings.NewReader(out), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		panic(err)
	}
	var all []*html.Node
	for _, root := range roots {
		all = append(all, root)
		for n := range root.Descendants() {
			all = append(all, n)
		}
	}
	return all
}

// misread tells where a browser would see other elements than were written, as where a
// paragraph stands within a paragraph.
func misread(out string) string {
	var written, seen []string
	z := html.NewTokenizer(strings.NewReader(out))
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.StartTagToken || t.Type == html.SelfClosingTagToken {
			written = append(written, t.Data)
		}
	}
	for _, n := range parsed(out) {
		if n.Type == html.ElementNode {
			seen = append(seen, n.Data)
		}
	}
	if slices.Equal(written, seen) {
		return ""
	}
	return fmt.Sprintf("written %v, seen %v", written, seen)
}

// A sanitiser that others have written, told the same lists, takes nothing away from
// what comes out of every feature, but for the href="" of Mini Programs.
func TestSecondOpinion(t *testing.T) {
	t.Parallel()
	policy := bluemonday.NewPolicy()
	policy.AllowElements("section", "p", "h1", "h2", "h3", "h4", "blockquote", "ul", "ol", "li", "table", "thead", "tbody",
		"tr", "th", "td", "pre", "code", "strong", "em", "s", "sup", "sub", "br", "hr", "mp-common-miniprogram", "mp-common-profile")
	policy.AllowNoAttrs().OnElements("span", "a")
	policy.AllowAttrs("colspan", "rowspan").OnElements("td", "th")
	policy.AllowAttrs("href").OnElements("a")
	policy.AllowAttrs("src", "alt", "data-width", "data-ratio").OnElements("img")
	policy.AllowDataAttributes()
	policy.AllowAttrs("class", "allowfullscreen", "frameborder").OnElements("iframe")
	policy.AllowRelativeURLs(true)
	policy.AllowURLSchemes("http", "https")
	properties := make([]string, 0, len(allowedStyles))
	for property := range allowedStyles {
		properties = append(properties, property)
	}
	policy.AllowStyles(properties...).MatchingHandler(func(string) bool { return true }).Globally()
	files, err := filepath.Glob("testdata/features/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "testdata/article.md") {
		md, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Render(string(md), Options{Links: true, Image: func(src string) string { return "https://mmbiz.qpic.cn/" + hex(src) }})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := outline(policy.Sanitize(a.HTML)), outline(a.HTML); !slices.Equal(got, want) {
			t.Errorf("%s: bluemonday leaves\n%v\nof\n%v", file, got, want)
		}
	}
}

// outline is what two sanitisers agree on, however they write it.
func outline(out string) []string {
	var all []string
	for _, n := range parsed(out) {
		if n.Type != html.ElementNode {
			continue
		}
		var attrs []string
		for _, a := range n.Attr {
			if a.Key == "href" && a.Val == "" {
				continue
			}
			if plain, err := url.PathUnescape(a.Val); err == nil && a.Key == "href" {
				a.Val = plain
			}
			value := strings.NewReplacer(" ", "", ";", "", "%E4%B8%AD%E6%96%87", "中文").Replace(a.Val)
			attrs = append(attrs, a.Key+"="+value)
		}
		slices.Sort(attrs)
		all = append(all, n.Data+" "+strings.Join(attrs, " "))
	}
	return all
}
