package summary

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "One line.\nAnother line.", "One line.\nAnother line."},
		{"plain with a sign", "If a < b and c > d, stop.", "If a < b and c > d, stop."},
		{"plain with entities", "Tom &amp; Jerry &#8211; the film", "Tom & Jerry – the film"},
		{"no entities", "AT&T and ?a=1&copy=2", "AT&T and ?a=1&copy=2"},
		{"paragraphs", "<p>One.</p><p>Two\n wrapped.</p>", "One.\nTwo wrapped."},
		{"break", "One<br>Two<br/>Three", "One\nTwo\nThree"},
		{"list", "<ul><li>One</li><li>Two</ul>Three", "One\nTwo\nThree"},
		{"inline", "<p>A <b>bo</b>ld <i>word</i>, a <a href='/x'>link</a>.</p>", "A bold word, a link."},
		{"blank lines where nothing else makes lines", "One <b>b</b>\nstill one.\n\nTwo.", "One b still one.\nTwo."},
		{"dropped", "<script>x()</script><style>p{}</style><p>Text.</p><figure><img src=x><figcaption>A caption.</figcaption></figure><nav>Menu</nav><aside>Aside</aside><form>Form <input></form><noscript>No</noscript><svg><text>S</text></svg><iframe src=x>frame</iframe><select><option>1</select><button>Go</button>", "Text."},
		{"nested", "<figure><figure>in</figure>still in</figure><p>out</p>", "out"},
		{"class", `<div class="wp-caption alignleft"><img><p class="wp-caption-text">A caption.</p></div><p>Text.</p><div class="sharedaddy">Share</div>`, "Text."},
		{"hidden", `<p hidden>no</p><p style="display:none">no</p><p>yes</p>`, "yes"},
		{"a paragraph that is never closed", `<p class="wp-caption-text">A caption.<p>Text.`, "Text."},
		{"all in a form", "<form><p>Text of an old page.</p></form>", "Text of an old page."},
		{"never closed", "<aside><p>Text.</p>", "Text."},
		{"self-closing frame", `<p>One.</p><iframe src="x"/><p>Two.</p>`, "One.\nTwo."},
		{"code", "<p>Run it:</p><pre>$ make\n$ make install</pre><p>Done.</p>", "Run it:\nDone."},
		{"nothing but code", "<pre>One.\nTwo.</pre>", "One.\nTwo."},
		{"footnote", `<p>A claim<sup><a href="#fn1">1</a></sup>.</p>`, "A claim."},
		{"ruby", "<ruby>漢字<rt>かんじ</rt></ruby>です。", "漢字です。"},
		{"link-only line", `<p>A sentence.</p><p><a href="/x">Ten more stories</a></p>`, "A sentence."},
		{"link-only sentence", `<p>A sentence.</p><p><a href="/x">Another sentence.</a></p>`, "A sentence.\nAnother sentence."},
		{"nothing but links", `<a href="/x">The title</a>`, "The title"},
		{"anchor", `<a name="top">The text</a><p>goes on.</p>`, "The text\ngoes on."},
		{"escaped twice", "&lt;p&gt;Tom &amp;amp; Jerry&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", "Tom & Jerry\nTwo"},
		{"escaped within", "<div>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</div>", "One.\nTwo."},
		{"entities escaped twice", "<p>It&amp;#8217;s here [&amp;hellip;]</p>", "It’s here […]"},
		{"markup as text", "<p>Write &lt;script&gt; at the end.</p>", "Write <script> at the end."},
		{"spaces", "<p>a&nbsp;b\u200bc\u00adde \u202ef</p>", "a bcde f"},
		{"NFC", "<p>Cafe\u0301</p>", "Café"},
		{"control", "<p>a\x00b\x07c</p>", "abc"},
		{"invalid", "<p>a\xffb</p>", "ab"},
		{"namespace", "<h:p>One.</h:p><h:p>Two.</h:p>", "One.\nTwo."},
		{"comment", "<!-- hidden -->shown", "shown"},
		{"cdata", "<![CDATA[<p>x</p>]]>", "x"},
		{"cut tag", "<p>Text<a hre", "Text"},
		{"table", "<table><tr><td>One</td><td>Two</td></tr></table>", "One\nTwo"},
		{
			"wrapped plain text",
			"The committee met on Tuesday to talk about the bridge that was\nclosed in spring, and decided that it will be opened before the\nsummer.\n\nNobody objected.",
			"The committee met on Tuesday to talk about the bridge that was closed in spring, and decided that it will be opened before the summer.\nNobody objected.",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := Text(tc.in); got != tc.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"depth":       strings.Repeat("<div><b>", 300_000) + "x",
		"asides":      strings.Repeat("<aside>", 300_000) + "x",
		"one line":    strings.Repeat("a", 5<<20),
		"many lines":  strings.Repeat("<p>é", 1<<20),
		"brackets":    strings.Repeat("<", 3<<20),
		"ampersands":  strings.Repeat("&a", 1<<20) + ";",
		"attributes":  "<p " + strings.Repeat("a=b ", 1<<19) + ">x",
		"plain lines": strings.Repeat("word\n", 1<<19),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n := utf8.RuneCountInString(Text(in)); n > maxRunes {
				t.Errorf("%d runes", n)
			}
		})
	}
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want int
	}{
		{"", 0},
		{strings.Repeat("word ", 90), 0},
		{strings.Repeat("word ", 110), 1},
		{strings.Repeat("don't ", 460), 2},
		{strings.Repeat("word ", 1500), 7},
		{strings.Repeat("漢", 1000), 2},
		{strings.Repeat("漢", 100), 0},
	} {
		if got := Minutes(tc.text); got != tc.want {
			t.Errorf("Minutes(%d bytes) = %d, want %d", len(tc.text), got, tc.want)
		}
	}
}
