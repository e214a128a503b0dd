#include "client/shell/window.h"
#include "tests/support/catch.h"

#include <SDL.h>

using namespace aftercare;
using What = ui::PointerSample::What;

namespace {

void press(SDL_Keycode key, int modifiers = KMOD_NONE) {
  SDL_Event event{};
  event.type = SDL_KEYDOWN;
  event.key.keysym.sym = key;
  event.key.keysym.mod = static_cast<Uint16>(modifiers);
  SDL_PushEvent(&event);
}

std::unique_ptr<shell::Window> a_window(bool is_kiosk) {
  auto window = shell::Window::open({.width = 640, .height = 480, .is_headless = true, .is_kiosk = is_kiosk});
  REQUIRE(window);
  while (window.value()->wait(std::chrono::milliseconds{0})) {
  }
  (void)window.value()->input().take();
  return std::move(window).value();
}

ui::PointerSample sample(What what) {
  ui::PointerSample made;
  made.what = what;
  return made;
}

}  // namespace

TEST_CASE("kiosk window: no shortcut acts and nobody closes it", "[client][K01]") {
  const auto window = a_window(true);

  for (const auto key : {SDLK_a, SDLK_c, SDLK_v, SDLK_x, SDLK_z, SDLK_q, SDLK_w}) press(key, KMOD_CTRL);
  for (const auto key : {SDLK_F4, SDLK_TAB, SDLK_RETURN}) press(key, KMOD_ALT);
  for (const auto key :
       {SDLK_ESCAPE, SDLK_AC_BACK, SDLK_TAB, SDLK_F1, SDLK_F5, SDLK_F11, SDLK_PRINTSCREEN, SDLK_HOME})
    press(key);
  press(SDLK_LEFT, KMOD_GUI);
  SDL_Event quit{};
  quit.type = SDL_QUIT;
  SDL_PushEvent(&quit);
  (void)window->wait(std::chrono::milliseconds{0});

  CHECK(window->input().is_empty());
  CHECK_FALSE(window->is_closed());
}

TEST_CASE("kiosk window: a tablet's keyboard keeps its shortcuts", "[client]") {
  const auto window = a_window(false);

  press(SDLK_a, KMOD_CTRL);
  press(SDLK_ESCAPE);
  (void)window->wait(std::chrono::milliseconds{0});

  CHECK(window->input().take().keys == std::vector{ui::KeyPress::SelectAll, ui::KeyPress::Escape});
}

TEST_CASE("kiosk window: Enter, Backspace and a scanner's separator are taken", "[client][K02]") {
  const auto window = a_window(true);

  press(SDLK_RIGHTBRACKET, KMOD_CTRL);
  (void)window->wait(std::chrono::milliseconds{0});
  CHECK(window->input().take().text == "\x1d");
  press(SDLK_BACKSPACE);
  press(SDLK_RETURN);
  (void)window->wait(std::chrono::milliseconds{0});
  CHECK(window->input().take().keys == std::vector{ui::KeyPress::Backspace, ui::KeyPress::Enter});
}

TEST_CASE("input: of a flood the rest is dropped, but never the lift of a finger", "[client][K01]") {
  shell::InputQueue input;
  for (std::size_t i = 0; i < shell::InputQueue::kCountMax - 1; ++i) input.push_text("7");
  input.push(sample(What::Down));
  for (int i = 0; i < 10'000; ++i) {
    input.push_text("7");
    input.push_key(ui::KeyPress::Enter);
    input.push(sample(What::Move));
  }
  input.push(sample(What::Up));
  input.push(sample(What::Down));
  input.push(sample(What::Up));

  CHECK(input.count() == shell::InputQueue::kCountMax + 1);
  bool is_down = false;
  while (!input.is_empty()) {
    for (const auto& one : input.take().pointer) is_down = one.what != What::Up;
  }
  CHECK_FALSE(is_down);
}
