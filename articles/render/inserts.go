package render

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"magpie/cards"
)

// Beside Mini Programs, three parts of WeChat's have a short form: another account, a video
// and a vote. Each is a link that has a paragraph to itself. What they become is the markup
// of WeChat's own editor; no source says that draft/add keeps it, so each is told
// (docs/wechat.md, "Accounts, videos and votes inside articles").

const (
	accountTag = `<mp-common-profile data-pluginname="mpprofile" data-id="`
	videoTag   = `<iframe class="video_iframe" data-vidtype="2" data-src="https://v.qq.com/iframe/preview.html?vid=`
	ownTag     = `<iframe class="video_iframe" data-vidtype="2" data-mpvid="`
	ownSrc     = `" data-src="https://mp.weixin.qq.com/mp/readtemplate?t=pages/video_player_tmpl&amp;action=mpvideo&amp;auto=0&amp;vid=`
	voteTag    = `<iframe class="vote_iframe js_editor_vote_card" data-supervoteid="`
	voteSrc    = `" data-src="/mp/newappmsgvote?action=show&amp;__biz=`
	frameEnd   = ` allowfullscreen="" frameborder="0">`
)

// frameOf is what the sanitiser lets through of frames: those that are written here.
var frameOf = regexp.MustCompile(`^(?:` + regexp.QuoteMeta(videoTag) + `([A-Za-z0-9]{11})&amp;width=500&amp;height=375&amp;auto=0"` +
	`|` + regexp.QuoteMeta(ownTag) + `(wxv_[0-9]{1,24})` + regexp.QuoteMeta(ownSrc) + `wxv_[0-9]{1,24}"` +
	`|` + regexp.QuoteMeta(voteTag) + `([0-9]{1,20})` + regexp.QuoteMeta(voteSrc) + `[A-Za-z0-9+/=]{4,64}&amp;supervoteid=[0-9]{1,20}#wechat_redirect"` +
	`)` + regexp.QuoteMeta(frameEnd) + `$`)

// An account's id is Base64 of a number, as __biz in the addresses of its articles; videos
// have eleven letters at Tencent Video and wxv_ and digits at WeChat; a vote is its account's.
var (
	accountID = regexp.MustCompile(`^[A-Za-z0-9+/]{4,60}={0,2}$`)
	videoID   = regexp.MustCompile(`^(?:[A-Za-z0-9]{11}|wxv_[0-9]{1,24})$`)
	voteID    = regexp.MustCompile(`^([A-Za-z0-9+/]{4,60}={0,2})/([0-9]{1,20})$`)
)

// insert is one part, by its short form.
type insert struct{ kind, id string }

// insertKinds are the forms of their ids, and what is said of a part and of an id that is none.
var insertKinds = map[string]struct {
	id        *regexp.Regexp
	told, bad string
}{
	"account": {accountID, "render.insert.account", "render.insert.bad_account"},
	"video":   {videoID, "render.insert.video", "render.insert.bad_video"},
	"vote":    {voteID, "render.insert.vote", "render.insert.bad_vote"},
}

// insertOf reads a link's address; meant says that it is a part's, well formed or not.
func insertOf(address string) (e insert, meant, ok bool) {
	kind, id, cut := strings.Cut(address, ":")
	form := insertKinds[kind]
	if !cut || form.id == nil {
		return e, false, false
	}
	return insert{kind, id}, true, form.id.MatchString(id)
}

// html is the markup of a part. An account has no picture where image is empty.
func (e insert) html(name, image string) string {
	switch {
	case e.kind == "account":
		return accountTag + e.id + `" data-headimg="` + attr(image) + `" data-nickname="` + attr(name) +
			`" data-alias="" data-signature="" data-from="0" data-is_biz_ban="0"></mp-common-profile>`
	case e.kind == "vote":
		m := voteID.FindStringSubmatch(e.id)
		return voteTag + m[2] + voteSrc + m[1] + `&amp;supervoteid=` + m[2] + `#wechat_redirect"` + frameEnd + `</iframe>`
	case strings.HasPrefix(e.id, "wxv_"):
		return ownTag + e.id + ownSrc + e.id + `"` + frameEnd + `</iframe>`
	default:
		return videoTag + e.id + `&amp;width=500&amp;height=375&amp;auto=0"` + frameEnd + `</iframe>`
	}
}

// insert writes a link that is alone in its paragraph as the part that its address means.
// The name of a video or a vote stands below it, so that it is read where WeChat takes the
// part out.
func (w *writer) insert(n *ast.Link) bool {
	e, meant, ok := insertOf(strings.TrimSpace(unescape(n.Destination)))
	if !meant || !ok {
		return false // as within a line
	}
	line, name := w.lineOf(n), strings.TrimSpace(w.plain(n))
	image := ""
	if title := strings.TrimSpace(unescape(n.Title)); e.kind == "account" {
		if name == "" {
			w.find("insert.bad", line, cards.T("render.insert.unnamed"))
			return true
		}
		kind, src, _ := strings.Cut(title, " ")
		if image = strings.TrimSpace(src); title != "" && (kind != "card" || !isImageAddress(image)) {
			w.find("insert.bad", line, cards.T("render.insert.image", "name", name))
			image = ""
		}
		if image != "" && !isWebAddress(image) {
			w.article.Images = append(w.article.Images, Image{Src: image, Line: line})
			image = w.o.address(image)
		}
	}
	w.find("insert."+e.kind, line, cards.T(insertKinds[e.kind].told, "name", shorten(name)))
	w.spot(n)
	w.open("section", "figure")
	w.html = append(w.html, e.html(name, image)...)
	w.close()
	if e.kind == "account" {
		w.text.WriteString(name)
		return true
	}
	if name != "" {
		w.open("p", "caption")
		w.inlines(n)
		w.close()
	}
	return true
}

// insertInLine keeps the words of a part that stands within a line, or has no such address,
// and says so.
func (w *lineWriter) insertInLine(n *ast.Link, address string, e insert, ok bool) {
	if ok {
		w.find("insert.inline", w.lineOf(n), cards.T("render.insert.inline", "address", shorten(address)))
	} else {
		w.find("insert.bad", w.lineOf(n), cards.T(insertKinds[e.kind].bad, "address", shorten(address)))
	}
	w.inlines(n)
}

// Shown is the HTML of an article for a page that is not WeChat's: a frame, which shows
// nothing there, is a line that says which it is.
func Shown(html string) string {
	if !strings.Contains(html, "<iframe ") {
		return html
	}
	return frames.ReplaceAllStringFunc(html, func(frame string) string {
		m := frameOf.FindStringSubmatch(strings.TrimSuffix(frame, "</iframe>"))
		if m == nil {
			return ""
		}
		if m[3] != "" {
			return `<section data-shown="☑ ` + m[3] + `"></section>`
		}
		return `<section data-shown="▶ ` + m[1] + m[2] + `"></section>`
	})
}

var frames = regexp.MustCompile(`<iframe [^<>]*></iframe>`)
