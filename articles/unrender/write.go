package unrender

import (
	"context"
	"strings"
	"sync"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"golang.org/x/net/html"
)

// blocks writes a tree of plain blocks as Markdown. What they say is written already: the
// library's own escaping is off, and with it headings that end in # would lose a letter, so
// those are written here, too.
var blocks = sync.OnceValue(func() *converter.Converter {
	c := converter.NewConverter(
		converter.WithEscapeMode(converter.EscapeModeDisabled),
		converter.WithPlugins(base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(commonmark.WithHorizontalRule("---"))),
	)
	said := func(prefix string) converter.HandleRenderFunc {
		return func(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
			_, _ = w.WriteString("\n\n" + prefix + attribute(n, written) + "\n\n") // into memory
			return converter.RenderSuccess
		}
	}
	for name, prefix := range map[string]string{"p": "", "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### "} {
		c.Register.RendererFor(name, converter.TagTypeBlock, said(prefix), converter.PriorityEarly)
	}
	return c
})

func write(ctx context.Context, doc *html.Node) (string, error) {
	text, err := blocks().ConvertNode(doc, converter.WithContext(ctx))
	return strings.TrimSpace(string(text)) + "\n", err
}
