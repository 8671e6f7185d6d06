package bot

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// zhNames are the words in Latin letters that stand in Chinese text as they are: names of
// products, formats and WeChat's own fields. All else of a line stands in code, or is Chinese.
var zhNames = strings.Fields(`Slack magpie WeChat Markdown Word HTML Excel Chromium OAuth Permissions OpenAI TeX mermaid App Store cron
	openid OpenID unionid ID AppID appid media_id activity_id form_id template_id article_id clientmsgid tid rid uploadnews
	CSV UTF MB KB JPEG PNG GIF WebP BMP SVG NTP IP AI CI SHA U L W r docx md txt bmp png jpg gif mp3 wma wav amr mp4
	itun.es appsto.re https http Ask Import as an article`)

var (
	notChinese = regexp.MustCompile("`[^`]*`|\\{\\{.*?\\}\\}(?:\"\\}\\})?")
	latinWord  = regexp.MustCompile(`[A-Za-z0-9_][A-Za-z0-9_./@=-]*`)
	setting    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{2,}$|^A[0-9]$|^[0-9]`)
	inBrackets = regexp.MustCompile(`（([^（）]*)）`)
)

// Chinese texts have no English in them but names, and none in brackets beside a word. What
// people script against, the states of show, bears its English name.
func TestChineseIsChinese(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(catalogues, "words/*.zh.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("catalogues: %v, %v", files, err)
	}
	for _, file := range files {
		raw, err := catalogues.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for key, value := range texts {
			if strings.HasPrefix(key, "state.") || strings.HasPrefix(key, "tally") {
				continue
			}
			for _, text := range formsOf(value) {
				said := notChinese.ReplaceAllString(text, "")
				for _, word := range latinWord.FindAllString(said, -1) {
					bare := strings.TrimRight(word, "./=-")
					if strings.ContainsFunc(bare, unicode.IsLetter) && !slices.Contains(zhNames, bare) && !setting.MatchString(bare) && bare != "SHA-256" && bare != "UTF-8" {
						t.Errorf("%s %s: %q is neither Chinese nor in code: %s", file, key, word, text)
					}
				}
				for _, m := range inBrackets.FindAllStringSubmatch(said, -1) {
					if words := strings.TrimSpace(m[1]); words == "openid" || strings.Contains(words, "=") {
						t.Errorf("%s %s: English in brackets: %s", file, key, text)
					}
				}
				if strings.Contains(text, "收件人") {
					t.Errorf("%s %s: it is 接收人 everywhere: %s", file, key, text)
				}
			}
		}
	}
}

// formsOf are a text's plural forms, or the text.
func formsOf(value any) (texts []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case map[string]any:
		for _, form := range v {
			texts = append(texts, formsOf(form)...)
		}
	}
	return texts
}
