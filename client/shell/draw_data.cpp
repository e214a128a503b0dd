#include "client/shell/draw_data.h"

#include <SDL.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace aftercare::shell {
namespace {

SDL_Color colour_of(ImU32 value) {
  return {static_cast<Uint8>(value >> IM_COL32_R_SHIFT & 0xff),
          static_cast<Uint8>(value >> IM_COL32_G_SHIFT & 0xff),
          static_cast<Uint8>(value >> IM_COL32_B_SHIFT & 0xff),
          static_cast<Uint8>(value >> IM_COL32_A_SHIFT & 0xff)};
}

struct Quad {
  const ImDrawVert* from = nullptr;  // upper left
  const ImDrawVert* to = nullptr;    // lower right
};

/// The six indices that Dear ImGui writes for a rectangle: a b c, a c d, upper left first and around.
bool is_quad(const ImDrawVert* vertices, const ImDrawIdx* indices, Quad& quad) {
  if (indices[0] != indices[3] || indices[2] != indices[4]) return false;
  const auto& a = vertices[indices[0]];
  const auto& b = vertices[indices[1]];
  const auto& c = vertices[indices[2]];
  const auto& d = vertices[indices[5]];
  if (a.col != b.col || a.col != c.col || a.col != d.col) return false;
  if (a.pos.x != d.pos.x || b.pos.x != c.pos.x || a.pos.y != b.pos.y || c.pos.y != d.pos.y) return false;
  if (a.uv.x != d.uv.x || b.uv.x != c.uv.x || a.uv.y != b.uv.y || c.uv.y != d.uv.y) return false;
  quad = {&a, &c};
  return c.pos.x > a.pos.x && c.pos.y > a.pos.y;
}

class Painter {
 public:
  Painter(SDL_Renderer& renderer, SDL_Texture& fonts) : renderer_(renderer), fonts_(fonts) {
    SDL_QueryTexture(&fonts, nullptr, nullptr, &width_, &height_);
  }

  void quad(const Quad& quad, SDL_Texture* texture) {
    const SDL_FRect to{quad.from->pos.x, quad.from->pos.y, quad.to->pos.x - quad.from->pos.x,
                       quad.to->pos.y - quad.from->pos.y};
    const auto colour = colour_of(quad.from->col);
    const bool is_plain = quad.from->uv.x == quad.to->uv.x && quad.from->uv.y == quad.to->uv.y;
    if (is_plain) {
      // SDL's own blending reads every pixel back, even under an opaque colour.
      SDL_SetRenderDrawBlendMode(&renderer_, colour.a == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
      SDL_SetRenderDrawColor(&renderer_, colour.r, colour.g, colour.b, colour.a);
      SDL_RenderFillRectF(&renderer_, &to);
      return;
    }
    int width = width_, height = height_;
    if (texture != &fonts_) SDL_QueryTexture(texture, nullptr, nullptr, &width, &height);
    const SDL_Rect from{
        static_cast<int>(std::lround(quad.from->uv.x * static_cast<float>(width))),
        static_cast<int>(std::lround(quad.from->uv.y * static_cast<float>(height))),
        static_cast<int>(std::lround((quad.to->uv.x - quad.from->uv.x) * static_cast<float>(width))),
        static_cast<int>(std::lround((quad.to->uv.y - quad.from->uv.y) * static_cast<float>(height)))};
    SDL_SetTextureColorMod(texture, colour.r, colour.g, colour.b);
    SDL_SetTextureAlphaMod(texture, colour.a);
    if (from.w > 0 && from.h > 0) {
      SDL_RenderCopyF(&renderer_, texture, &from, &to);
      return;
    }
    // Mirrored: the other corners of a rounded rectangle.
    const SDL_Rect upright{std::min(from.x, from.x + from.w), std::min(from.y, from.y + from.h),
                           std::abs(from.w), std::abs(from.h)};
    const auto flip = static_cast<SDL_RendererFlip>((from.w < 0 ? SDL_FLIP_HORIZONTAL : 0) |
                                                    (from.h < 0 ? SDL_FLIP_VERTICAL : 0));
    SDL_RenderCopyExF(&renderer_, texture, &upright, &to, 0, nullptr, flip);
  }

  void triangles(const ImDrawVert* vertices, int vertex_count, const ImDrawIdx* indices, int count,
                 SDL_Texture* texture) {
    if (count == 0) return;
    SDL_SetTextureColorMod(texture, 255, 255, 255);
    SDL_SetTextureAlphaMod(texture, 255);
    SDL_RenderGeometryRaw(&renderer_, texture, &vertices->pos.x, sizeof(ImDrawVert),
                          reinterpret_cast<const SDL_Color*>(&vertices->col), sizeof(ImDrawVert),
                          &vertices->uv.x, sizeof(ImDrawVert), vertex_count, indices, count,
                          sizeof(ImDrawIdx));
  }

 private:
  SDL_Renderer& renderer_;
  SDL_Texture& fonts_;
  int width_ = 1, height_ = 1;
};

void draw_command(Painter& painter, const ImDrawList& list, const ImDrawCmd& command, SDL_Texture* texture) {
  const auto* vertices = list.VtxBuffer.Data + command.VtxOffset;
  const int vertex_count = list.VtxBuffer.Size - static_cast<int>(command.VtxOffset);
  const auto* indices = list.IdxBuffer.Data + command.IdxOffset;
  const auto count = static_cast<int>(command.ElemCount);
  int begun = 0;  // of the triangles that are not yet drawn
  for (int at = 0; at < count;) {
    Quad quad;
    if (at + 6 <= count && is_quad(vertices, indices + at, quad)) {
      painter.triangles(vertices, vertex_count, indices + begun, at - begun, texture);
      painter.quad(quad, texture);
      at += 6;
      begun = at;
    } else {
      at += 3;
    }
  }
  painter.triangles(vertices, vertex_count, indices + begun, count - begun, texture);
}

}  // namespace

void draw(SDL_Renderer& renderer, const ImDrawData& data, SDL_Texture& fonts) {
  Painter painter{renderer, fonts};
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const auto& list = *data.CmdLists[i];
    for (const auto& command : list.CmdBuffer) {
      const SDL_Rect clip{static_cast<int>(command.ClipRect.x), static_cast<int>(command.ClipRect.y),
                          static_cast<int>(command.ClipRect.z - command.ClipRect.x),
                          static_cast<int>(command.ClipRect.w - command.ClipRect.y)};
      if (clip.w <= 0 || clip.h <= 0) continue;
      SDL_RenderSetClipRect(&renderer, &clip);
      auto* texture = reinterpret_cast<SDL_Texture*>(command.GetTexID());
      draw_command(painter, list, command, texture == nullptr ? &fonts : texture);
    }
  }
  SDL_RenderSetClipRect(&renderer, nullptr);
}

}  // namespace aftercare::shell
