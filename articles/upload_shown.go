package articles

import (
	"fmt"
	"strings"
	"time"

	"magpie/cards"
)

// Previews are the links to the pages that show what is filed, where they are served.
func (d *filer) Previews(u Upload) (lines []cards.Text) {
	if d.PublicURL == "" {
		return nil
	}
	for _, s := range u.Articles {
		lines = append(lines, cards.T("article.preview_of", "title", s.Title, "link", cards.Link(d.link(s.Article, s.Revision, u.For, time.Unix(u.Until, 0)))))
	}
	return lines
}

// Head says where each article can be looked at, what is another than in other accounts, what
// shows how its text was changed, what was let pass, and that a model wrote.
func (d *filer) Head(u Upload) []cards.Text {
	lines := d.Previews(u)
	for _, s := range u.Articles {
		for _, own := range s.Own {
			lines = append(lines, own.text())
		}
		if s.Revision > 1 {
			lines = append(lines, cards.T("article.diff_of", "title", s.Title, "line", cards.Code("article diff "+name(s.Article))))
		}
	}
	return append(append(lines, u.Waivers()...), declared(u.Models)...)
}

// Waivers say what is filed although something was found against it, who let it pass and why.
func (u Upload) Waivers() (lines []cards.Text) {
	for _, s := range u.Articles {
		for _, said := range s.Waived {
			var who []cards.User
			for _, m := range mentioned.FindAllStringSubmatch(said, -1) {
				who = append(who, cards.User(m[1]))
			}
			lines = append(lines, cards.T("article.let_pass", "what", strings.TrimSpace(mentioned.ReplaceAllString(said, "")), "who", who))
		}
	}
	return lines
}

// called is content under a name of magpie's own, after the number of its article.
func called(number, key, text string) cards.Content {
	return cards.Content{Label: number + strings.TrimPrefix(key, "content."), Name: key, Text: text}
}

// Contents shows an upload to the letter, for those who approve it.
func (d *filer) Contents(u Upload) []cards.Content {
	var c []cards.Content
	add := func(label, text string) {
		if text != "" {
			c = append(c, cards.Content{Label: label, Text: text})
		}
	}
	ours := func(number, key, text string) {
		if text != "" {
			c = append(c, called(number, key, text))
		}
	}
	number := func(label string, n *int) {
		if n != nil {
			add(label, fmt.Sprint(*n))
		}
	}
	ours("", "content.to", u.To)
	for i, s := range u.Articles {
		p := ""
		if len(u.Articles) > 1 {
			p = fmt.Sprintf("%d. ", i+1)
		}
		ours(p, "content.article", fmt.Sprintf("%s r%d", name(s.Article), s.Revision))
		if d.PublicURL != "" {
			preview := called(p, "content.preview", d.link(s.Article, s.Revision, u.For, time.Unix(u.Until, 0)))
			preview.Link = true
			c = append(c, preview)
		}
		add(p+"title", s.Title)
		add(p+"author", s.Author)
		add(p+"digest", s.Digest)
		ours(p, "content.text", s.Text)
		var images []string
		for _, image := range s.Images {
			images = append(images, fmt.Sprintf("%s (sha256 %.12s…)", image.Name, image.SHA256))
		}
		ours(p, "content.images", strings.Join(images, "\n"))
		ours(p, "content.cover", fmt.Sprintf("sha256 %.12s…, 2.35:1 %s, 1:1 %s", s.Cover, s.Crop235, s.Crop11))
		add(p+"content_source_url", s.ContentSourceURL)
		number(p+"show_cover_pic", s.ShowCoverPic)
		number(p+"need_open_comment", s.NeedOpenComment)
		number(p+"only_fans_can_comment", s.OnlyFansCanComment)
		ours(p, "content.waived", strings.Join(s.Waived, "\n"))
	}
	return c
}

// PreviewButton shows the preview page of what is to be uploaded, where it is one article.
func (u Upload) PreviewButton() cards.Button {
	if len(u.Articles) != 1 {
		return cards.Button{}
	}
	return button("preview", "article preview "+name(u.Articles[0].Article), "")
}
