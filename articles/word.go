package articles

import (
	"context"
	"errors"
	"path"
	"strings"

	"magpie/articles/docx"
	"magpie/cards"
)

func isWord(name string) bool { return strings.EqualFold(path.Ext(name), ".docx") }

// readWord reads a Word document: its text as Markdown with what could not be carried, and its
// images. It refuses, without a code, one that cannot be read.
func readWord(ctx context.Context, name string, data []byte) (text file, images []file, err error) {
	doc, err := docx.Read(ctx, data)
	switch {
	case err != nil && ctx.Err() != nil:
		return file{}, nil, err
	case errors.Is(err, docx.ErrTooBig), errors.Is(err, docx.ErrTooDeep), err == nil && len(doc.Markdown) > maxText:
		return file{}, nil, cards.Refuse("article.word_too_big", "file", cards.Code(name))
	case err != nil:
		return file{}, nil, cards.Refuse("article.word_unreadable", "file", cards.Code(name))
	case strings.TrimSpace(doc.Markdown) == "":
		return file{}, nil, cards.Refuse("article.word_empty", "file", cards.Code(name))
	}
	text = file{name: name, data: []byte(doc.Markdown)}
	for _, n := range doc.Notes {
		var where any = n.Where
		if n.Cut > 0 {
			where = cards.T("article.word_cut", "where", n.Where, "count", n.Cut)
		}
		text.told = append(text.told, cards.T(wordNotes[n.Code], "where", where))
	}
	if doc.More > 0 {
		text.told = append(text.told, cards.T("article.word_more", "count", doc.More))
	}
	for _, image := range doc.Images {
		images = append(images, file{name: image.Name, data: image.Data})
	}
	return text, images, nil
}

// wordNotes put into words what a Word document has and an article has not.
var wordNotes = map[string]string{
	"merged": "article.word_merged", "nested": "article.word_nested", "deleted": "article.word_deleted", "moved": "article.word_moved",
	"hidden": "article.word_hidden", "comment": "article.word_comment", "header": "article.word_header", "equation": "article.word_equation",
	"drawing": "article.word_drawing", "image": "article.word_image", "symbol": "article.word_symbol", "numbers": "article.word_numbers",
	"hidden image": "article.word_hidden_image", "guide": "article.word_guide", "another": "article.word_another",
}
