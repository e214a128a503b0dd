#pragma once

struct SDL_Renderer;
struct SDL_Texture;
struct ImDrawData;

namespace aftercare::shell {

/// Draws Dear ImGui's triangles with SDL_Renderer. Rectangles of one colour are filled as such and letters
/// are copied: the software renderer does both many times faster than it draws triangles.
void draw(SDL_Renderer& renderer, const ImDrawData& data, SDL_Texture& fonts);

}  // namespace aftercare::shell
