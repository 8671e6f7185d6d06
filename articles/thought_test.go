package articles

import (
	"io"
	"strings"
	"testing"
)

// What the model thought before its answer is never part of it, whatever closes it; what an
// article says of such tags is its own.
func TestWithoutThought(t *testing.T) {
	t.Parallel()
	tea := written{Title: "Tea", Body: "Green."}
	for answer, want := range map[string]written{
		"<think>Hm.</think>\n# Tea\n\nGreen.":                                                                                    tea,
		"Hm, tea.\n</think>\n\n# Tea\n\nGreen.":                                                                                  tea,
		"Hm, tea.</thinking># Tea\n\nGreen.":                                                                                     tea,
		"# My plan\n\nFirst.\n</think>\n# Tea\n\nGreen.":                                                                         tea,
		"# My plan\n\nFirst.\n</think>\nSure, here:\n\n# Tea\n\nGreen.":                                                          tea,
		"# My plan\n```\n</think>\n```\nx\n</think>\n# Tea\n\nGreen.":                                                            tea,
		"<THINK>a</THINK>\n<think>b</think>\n# Tea\n\nGreen.":                                                                    tea,
		"Sure!\n<think>Hm.</think>\n# Tea\n\nGreen.":                                                                             tea,
		"I use `</think>` at the end.\n</think>\n# Tea\n\nGreen.":                                                                tea,
		"[THINK]Hm[/THINK]# Tea\n\nGreen.":                                                                                       tea,
		"◁think▷Hm◁/think▷# Tea\n\nGreen.":                                                                                       tea,
		"<seed:think>Hm</seed:think># Tea\n\nGreen.":                                                                             tea,
		"Hm</think><answer># Tea\n\nGreen.</answer>":                                                                             tea,
		"<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|># Tea\n\nGreen.<|return|>":          tea,
		"analysis<|message|># Plan\nHm<|end|><|start|>assistant<|channel|>final <|constrain|>markdown<|message|># Tea\n\nGreen.": tea,
		"<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|channel|>final<|message|># Tea\n\nGreen.": tea,
		"analysisWe need tea.assistantfinal# Tea\n\nGreen.":                      tea,
		"<|channel>thought\nHm\n<channel|># Tea\n\nGreen.":                       tea,
		"# Tea\n\nThe tag <think> opens it, </think> closes it.":                 {Title: "Tea", Body: "The tag <think> opens it, </think> closes it."},
		"# Tea\n\nIt ends so:\n</think>\n\nThen it answers.":                     {Title: "Tea", Body: "It ends so:\n</think>\n\nThen it answers."},
		"# Tea\n\n```\n<think>\nx\n</think>\n# y\nz\n```":                        {Title: "Tea", Body: "```\n<think>\nx\n</think>\n# y\nz\n```"},
		"# Tea\n\nWe write `<|channel|>final<|message|>` and `<|end|>`.":         {Title: "Tea", Body: "We write `<|channel|>final<|message|>` and `<|end|>`."},
		`{"title":"Tea","markdown":"The tag </think> closes."}`:                  {Title: "Tea", Body: "The tag </think> closes."},
		"Hm.</think>\n```json\n{\"title\":\"Tea\",\"markdown\":\"Green.\"}\n```": tea,
	} {
		if got, ok := decodeArticle(answer); !ok || got != want {
			t.Errorf("decodeArticle(%q): got %+v, %v, want %+v", answer, got, ok, want)
		}
	}
	for _, answer := range []string{"<think>\n# Plan\n\nFirst.", "<think># Plan\n\nx</think>", "<think># Plan\n\nx</think>I cannot.", "<|channel|>analysis<|message|># Plan\n\nHm", "◁think▷# Plan\n\nx", "<thinking>\n# Plan\n\nx"} {
		if got, ok := decodeArticle(answer); ok {
			t.Errorf("decodeArticle(%q): got %+v, want nothing", answer, got)
		}
	}
	if o, ok := decodeOutline("I plan {this}.\n</think>\n{\"title\": \"Tea\"}"); !ok || o.Title != "Tea" {
		t.Errorf("decodeOutline after a thought: got %+v, %v", o, ok)
	}
}

// A fenced article is taken out of its fence, whole, with the code that it has.
func TestFencedArticle(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"Certainly!\n\n```markdown\n# Tea\n\nGreen.\n```\n\nI hope you like it!": "Green.",
		"```\n# Tea\n\nGreen.\n```":                                                               "Green.",
		"~~~~md\n# Tea\n\nGreen.\n~~~~\nBye.":                                                     "Green.",
		"````markdown\n# Tea\n\n```go\nx\n```\n\nEnd.\n````\nBye.":                                "```go\nx\n```\n\nEnd.",
		"Sure:\n```markdown\n# Tea\n\n```go\nx\n```\n\nEnd.\n```\nBye.":                           "```go\nx\n```\n\nEnd.",
		"Sure:\n```markdown\n# Tea\n\n```\nx\n```\n\nEnd.\n```":                                   "```\nx\n```\n\nEnd.",
		"Sure:\n```markdown\n# Tea\n\n```\nx\n```\n\nNever closed.":                               "```\nx\n```\n\nNever closed.",
		"Sure:\n```md\n---\ntitle: Tea\n---\n\nGreen.\n```\nBye.":                                 "Green.",
		"Sure:\n\n# Tea\n\n```md\n# Not this\n\nx\n```":                                           "```md\n# Not this\n\nx\n```",
		"# Tea\n\n```md\n# Not this\n\nx\n```\n\nEnd.":                                            "```md\n# Not this\n\nx\n```\n\nEnd.",
		"好的，文章如下：\n\n```markdown\n# Tea\n\n绿。\n```\n\n希望您喜欢。":                                     "绿。",
		"Here:\n```json\n{\"title\":\"Tea\",\"content\":\"Green.\"}\n```\nDone.":                  "Green.",
		"Here it is: {\"title\":\"Tea\",\"content\":\"Green.\"} Done.":                            "Green.",
		"```md\n# Tea\n\nGreen.\n```\n\n" + strings.Repeat("What follows is long. ", 40) + "End.": "Green.\n\n" + strings.Repeat("What follows is long. ", 40) + "End.",
	} {
		if got, ok := decodeArticle(answer); !ok || got.Title != "Tea" || got.Body != want {
			t.Errorf("decodeArticle(%q): got %+v, %v, want %q", answer, got, ok, want)
		}
	}
}

func TestPlainTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"**Tea**": "Tea", "__Tea__": "Tea", "***Tea***": "Tea", "*Tea*": "Tea", "_Tea_": "Tea", "`Tea`": "Tea", "The **best** tea": "The best tea", "**茶**：秋": "茶：秋",
		"3*4=12，5*6": "3*4=12，5*6", "snake_case_name": "snake_case_name", "2**10": "2**10", "Tea": "Tea", "*": "*", "C# and **": "C# and **", "A *b* c": "A *b* c",
	} {
		if got := plainTitle(title); got != want {
			t.Errorf("plainTitle(%q): got %q, want %q", title, got, want)
		}
	}
}

// Whatever bytes a service sends, they are read to an end, and what comes out is chunks alone.
func FuzzPlainBody(f *testing.F) {
	for _, c := range append(append([]service{}, oddStreams...), oddFailures...) {
		f.Add(c.reply.Body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		out, _ := io.ReadAll(newPlainBody(io.NopCloser(strings.NewReader(body))))
		for line := range strings.SplitSeq(string(out), "\n") {
			if line != "" && !strings.HasPrefix(line, "data: {") && line != "data: [DONE]" {
				t.Fatalf("%q: comes out as %q", body, line)
			}
		}
	})
}
