package articles

import (
	"bytes"
	"context"
	"database/sql"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"

	"magpie/articles/render"
)

//go:embed sheet.html
var sheetHTML string

var sheetTemplate = template.Must(template.New("sheet").Parse(sheetHTML))

// A sheet has columns as wide as a phone, as sheet.html draws them.
const (
	sheetColumn   = 360 + 24
	sheetRow      = 1140
	sheetColumns  = 4
	maxSheet      = 12
	sheetPictures = 4 << 20 // bytes of images in a sheet; the others stay empty
)

// sheetThemes are those on a sheet: as many as it holds.
func (d *proofer) sheetThemes() []string {
	all := d.House.Names()
	return all[:min(len(all), maxSheet)]
}

// sheetSize is the size of a sheet of so many themes, in pixels.
func sheetSize(themes int) (width, height int) {
	columns := min(themes, sheetColumns)
	return 24 + columns*sheetColumn, 24 + (themes+columns-1)/columns*sheetRow
}

// sheetPage is an article in all themes, side by side, in a page that needs no server.
func (d *shower) sheetPage(ctx context.Context, n, revision int64) ([]byte, error) {
	const head = "/preview/image/"
	p, err := d.Proof(ctx, n, revision)
	if err != nil {
		return nil, err
	}
	var sums []string
	o := d.options("", p.Article, func(src string) string {
		if found := p.find(src); found != nil && found.SHA256 != "" {
			sums = append(sums, found.SHA256)
			return head + found.SHA256
		}
		return head + "none"
	})
	o.Notice, o.Name = p.Notice, p.file
	p.drawn.into(&o)
	type column struct {
		Name string
		HTML template.HTML
	}
	var columns []column
	for _, theme := range d.sheetThemes() {
		text, err := render.SetFront(p.Revision.Text, "theme", theme)
		if err != nil {
			text, o.Theme = p.Revision.Text, "plain" // what cannot be read wants no theme
		}
		a := p.Article
		a.Style = o.Theme
		if err := d.drawText(ctx, a, text); err != nil {
			return nil, err
		}
		shown, err := render.Render(text, o)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column{theme, template.HTML(render.Shown(shown.HTML))}) // sanitised by render
	}
	var out bytes.Buffer
	if err := sheetTemplate.Execute(&out, map[string]any{"Style": template.CSS(previewStyle), "Title": p.Page.Title, "Lang": p.Article.Lang, "Columns": columns}); err != nil {
		return nil, err
	}
	page, size := bytes.ReplaceAll(out.Bytes(), []byte(`src="`+head+`none"`), nil), 0
	for _, sum := range sums {
		at := []byte(`src="` + head + sum + `"`)
		if !bytes.Contains(page, at) {
			continue // the same image again
		}
		b, err := d.blob(ctx, d.DB, sum)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		var data []byte
		if size += len(b.Data); len(b.Data) > 0 && size <= sheetPictures {
			data = []byte(`src="data:` + b.Mime + `;base64,` + base64.StdEncoding.EncodeToString(b.Data) + `"`)
		}
		page = bytes.ReplaceAll(page, at, data)
	}
	return page, nil
}
