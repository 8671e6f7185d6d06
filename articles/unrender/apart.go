package unrender

import (
	"cmp"
	"html"
	"regexp"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"

	"magpie/markdown"
)

// What WeChat's editor puts into articles beside text and images. The names are those that
// articles and the tools that read them have; WeChat documents the Mini Program's alone
// (docs/wechat.md).
var apart = map[string]string{
	"video": "video", "mp-common-videosnap": "video", "mpvideosnap": "video", "mp-common-video": "video", "mpvideo": "video",
	"audio": "audio", "mp-common-audio": "audio", "mpvoice": "audio", "mp-common-mpaudio": "audio", "qqmusic": "audio", "mp-common-qqmusic": "audio", "mpaudio": "audio", "mp-common-clmusic": "audio",
	"mpvote": "vote", "mp-common-vote": "vote", "mpprofile": "profile", "mp-common-profile": "profile",
	"mpcps": "product", "mp-common-cpsad": "product", "mp-common-product": "product", "mp-common-poi": "place", "mppoi": "place",
	"iframe": "frame", "frame": "frame", "embed": "frame", "object": "frame", "canvas": "frame",
	"input": "form", "textarea": "form", "select": "form", "button": "form", "svg": "svg", "math": "part",
}

// apart reads what an article of ours has no place for, or as something else, and reports
// whether n is that. The text within stays.
func (r *reader) apart(n *nethtml.Node, s state) bool {
	if n.Data == "mp-common-miniprogram" || n.Data == "mp-miniprogram" || n.Data == "mpminiprogram" {
		r.miniProgram(n, s)
		return true
	}
	if n.Data == "mp-style-type" { // a mark of the editor's
		r.children(n, s)
		return true
	}
	code := apart[n.Data]
	if code == "" && (strings.Contains(n.Data, "-") || strings.HasPrefix(n.Data, "mp")) && n.Namespace == "" {
		code = "part"
	}
	if code == "" {
		return false
	}
	if code == "frame" {
		code = frame(n)
	}
	r.note(code, cmp.Or(named(n), textOf(n)))
	if code == "svg" || code == "part" || code == "form" || code == "profile" || code == "product" || code == "place" || code == "vote" {
		r.children(n, s)
	}
	return true
}

// frame says what a frame shows.
func frame(n *nethtml.Node) string {
	all := attribute(n, "class") + " " + attribute(n, "src") + " " + attribute(n, "data-src")
	switch {
	case strings.Contains(all, "vote") || attribute(n, "data-voteid") != "":
		return "vote"
	case strings.Contains(all, "video") || strings.Contains(all, "v.qq.com") || attribute(n, "data-mpvid") != "" || attribute(n, "data-vidtype") != "":
		return "video"
	case strings.Contains(all, "audio") || strings.Contains(all, "music"):
		return "audio"
	}
	return "frame"
}

// named is what such an element calls itself.
func named(n *nethtml.Node) string {
	var names []string
	for _, key := range []string{"data-nickname", "name", "data-name", "data-title", "title", "data-desc", "musicname", "data-musicname", "singer", "data-singer", "author", "data-author", "data-signature", "data-address", "aria-label", "placeholder", "value"} {
		value := attribute(n, key)
		if plain := decoded(value); plain != "" {
			names = append(names, plain)
		}
	}
	return strings.Join(names, ", ")
}

// decoded undoes what WeChat does to words in attributes: references stand in them twice.
func decoded(value string) string { return fold(html.UnescapeString(value)) }

var appID = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func isAppID(id string) bool { return appID.MatchString(id) }

// miniProgram keeps a Mini Program's card, in the markup that render passes as it is.
func (r *reader) miniProgram(n *nethtml.Node, s state) {
	id := attribute(n, "data-miniprogram-appid")
	title := decoded(attribute(n, "data-miniprogram-title"))
	if !isAppID(id) || r.oneLine {
		r.note("part", title)
		r.children(n, s)
		return
	}
	r.end()
	esc := strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "\n", " ", "\r", " ")
	r.put("p", `<mp-common-miniprogram data-miniprogram-appid="`+id+`" data-miniprogram-path="`+esc.Replace(attribute(n, "data-miniprogram-path"))+
		`" data-miniprogram-title="`+esc.Replace(title)+`" data-miniprogram-imageurl="`+esc.Replace(secure(attribute(n, "data-miniprogram-imageurl")))+
		`" data-miniprogram-type="card"></mp-common-miniprogram>`)
	r.children(n, s)
	r.end()
}

// jump is a link to a Mini Program in magpie's short form.
func jump(n *nethtml.Node, app string) string {
	return address("miniprogram:" + app + "/" + strings.TrimPrefix(attribute(n, "data-miniprogram-path"), "/"))
}

// hidden tells of what readers do not see, and reports whether n is that.
func (r *reader) hidden(n *nethtml.Node, styles map[string]string) bool {
	if styles["display"] != "none" {
		return false
	}
	if text := textOf(n); text != "" {
		r.note("hidden", text)
	}
	return true
}

// secure is an address with which a picture at WeChat can stay where it is. WeChat gives some
// by http, and others without either.
func secure(src string) string {
	for _, head := range []string{"http://", "//"} {
		if rest, found := strings.CutPrefix(src, head); found {
			if host, _, _ := strings.Cut(rest, "/"); head == "//" || strings.HasSuffix(host, ".qpic.cn") {
				return "https://" + rest
			}
		}
	}
	return src
}

// image reads a picture. Its address stands in data-src where the editor loads it late.
func (r *reader) image(n *nethtml.Node, styles map[string]string, s state) {
	src := secure(cmp.Or(attribute(n, "data-src"), attribute(n, "src")))
	alt := fold(attribute(n, "alt"))
	if !strings.HasPrefix(src, "https://") && !strings.HasPrefix(src, "http://") {
		if src != "" || alt != "" {
			r.note("image", cmp.Or(alt, r.said()))
		}
		return
	}
	text := "![" + strings.ReplaceAll(markdown.Escape(alt, false, r.inTable), "\n", " ") + "](" + markdown.Destination(address(src)) + ")"
	if size := sizeOf(n, styles); size != "" {
		text = `<img src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(alt) + `" width="` + size + `">`
		if r.inTable {
			text = strings.ReplaceAll(text, "|", "&#124;")
		}
	}
	r.signed()
	r.line = append(r.line, markdown.Span{Text: text, Raw: true, Link: s.link})
}

// fullWidth is from where on a width in pixels says no more than that the picture is as wide
// as the column, which the editor writes by itself.
const fullWidth = 500

var length = regexp.MustCompile(`^(\d{1,4})(?:\.\d+)?(px|%|)$`)

// sizeOf is the width that somebody has given a picture, "" where that is the column's.
func sizeOf(n *nethtml.Node, styles map[string]string) string {
	for _, value := range []string{styles["width"], attribute(n, "width")} {
		m := length.FindStringSubmatch(value)
		if m == nil {
			continue
		}
		size, err := strconv.Atoi(m[1])
		switch {
		case err != nil || size == 0:
		case m[2] == "%" && size < 100:
			return m[1] + "%"
		case m[2] != "%" && size < fullWidth:
			return m[1]
		}
	}
	return ""
}
